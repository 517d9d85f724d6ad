package listing

import (
	"path/filepath"
	"strings"
	"unicode"

	"golang.org/x/text/language"

	"switchboard/internal/text"
)

// nothing lists what people write into a field that they must fill.
var nothing = map[string]bool{"na": true, "n/a": true, "n.a.": true, "null": true, "nil": true, "none": true, "undefined": true, "-": true, "--": true, "?": true, ".": true, "tbd": true, "0": true}

// value cleans a field: one line, and "" for what only says that there is none.
func value(s string) string {
	s, err := text.Line(s)
	if err != nil || nothing[strings.ToLower(s)] {
		return ""
	}
	return s
}

// phone wants three digits; "NA" or blanks are none (spec 3 section 2).
func phone(s string) string {
	s = value(s)
	digits := 0
	for _, r := range s {
		if unicode.IsDigit(r) {
			digits++
		}
	}
	if digits < 3 {
		return ""
	}
	return s
}

// slug makes an id of a marketplace's own: small letters, digits, - and _. The
// marketplaces compare ids without regard to case, so two spellings are one.
func slug(s string) string {
	var b strings.Builder
	gap := false
	for _, r := range strings.ToLower(value(s)) {
		if !unicode.IsLetter(r) && !unicode.IsDigit(r) && r != '_' && r != '-' {
			gap = b.Len() > 0
			continue
		}
		if gap && !strings.HasSuffix(b.String(), "-") && r != '-' {
			b.WriteByte('-')
		}
		gap = false
		b.WriteRune(r)
	}
	return strings.Trim(b.String(), "-")
}

// tag turns a language id of a listing (en-us, ja-JP, zh-hant) into the tag
// that names of the world format use; "" when it names no language.
func tag(id string) string {
	id = value(id)
	parsed, err := language.Parse(strings.ReplaceAll(id, "_", "-"))
	if id == "" || err != nil {
		return ""
	}
	base, _ := parsed.Base()
	region, _ := parsed.Region()
	script, _ := parsed.Script()
	switch {
	case base.String() == "zh" && script.String() == "Hant":
		return "zh-TW"
	case base.String() == "zh", base.String() == "pt":
		return base.String() + "-" + region.String()
	case base.String() == "und":
		return ""
	}
	return base.String()
}

// baseName is the name of a file without its folder and ending.
func baseName(name string) string {
	name = filepath.Base(strings.ReplaceAll(name, `\`, "/"))
	return strings.TrimSuffix(name, filepath.Ext(name))
}

func orElse(s, fallback string) string {
	if s == "" {
		return fallback
	}
	return s
}
