package directory

import (
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/language"
	"golang.org/x/text/unicode/norm"

	"switchboard/internal/calendar"
	"switchboard/internal/text"
	"switchboard/wire"
)

// Sizes, in characters: generous for what people write, small enough that no
// row can fill a page or the memory.
const (
	maxID    = 128
	maxWord  = 64
	maxName  = 300
	maxURL   = 2048
	maxHours = 500
	maxList  = 1000
)

// SupportTopics lists the topics a supporting partner may take over (spec 1
// section 3.2); any other is an import error (section 10).
func SupportTopics() []string {
	return []string{wire.HowTo, wire.ProductAccess, wire.BreakFix, wire.Outage, wire.SaasProvisioning}
}

// word checks a value of a closed list; nothing stated is right.
func (c *checker) word(path, value string, known []string) {
	if value == "" || Has(known, value) {
		return
	}
	near, _ := text.Nearest(value, known)
	c.wrong(path, "field.unknown-word", "value", clip(value), "nearest", near, "known", strings.Join(known, ", "))
}

// words checks a list of them: each known, none twice.
func (c *checker) words(path string, values, known []string) {
	for i, value := range values {
		if c.required(at(path, i), value) {
			c.word(at(path, i), value, known)
		}
	}
	c.distinct(path, values)
}

func (c *checker) distinct(path string, values []string) {
	c.most(path, len(values), maxList)
	seen := make(map[string]bool, min(len(values), maxList))
	for i, value := range values {
		if i == maxList {
			return
		}
		if seen[value] && value != "" {
			c.wrong(at(path, i), "field.duplicate", "value", clip(value))
		}
		seen[value] = true
	}
}

// id checks an owner's own id. It stands in addresses, in file names and on
// the command line, so it holds no space, no slash and nothing invisible.
func (c *checker) id(path, value string) {
	if value == "" {
		return
	}
	if !validID(value) {
		c.wrong(path, "field.id-invalid", "value", clip(value))
	}
}

// company checks the id of a company: without a colon, which joins the two
// companies of a relation's id.
func (c *checker) companyID(path, value string) {
	if strings.Contains(value, ":") {
		c.wrong(path, "field.id-invalid", "value", clip(value))
		return
	}
	c.id(path, value)
}

func (c *checker) companyIDs(path string, values []string) {
	for i, value := range values {
		if c.required(at(path, i), value) {
			c.companyID(at(path, i), value)
		}
	}
	c.distinct(path, values)
}

func validID(s string) bool {
	if len(s) > 4*maxID || utf8.RuneCountInString(s) > maxID || !norm.NFC.IsNormalString(s) {
		return false
	}
	for i, r := range s {
		plain := r|0x20 >= 'a' && r|0x20 <= 'z' && r < 0x80 || r >= '0' && r <= '9' || r == '_'
		switch {
		case plain:
		case r == utf8.RuneError: // broken UTF-8 too
			return false
		case r > 0x7F && (unicode.IsLetter(r) || unicode.IsNumber(r) || i > 0 && unicode.IsMark(r)):
		case i > 0 && strings.ContainsRune(".-~@+=:", r):
		default:
			return false
		}
	}
	return true
}

// line checks a text of one line: no broken UTF-8, NUL or control character
// and nothing that turns the direction of writing, by which one name prints as
// another.
func (c *checker) line(path, value string, limit int) {
	switch {
	case printable(value):
	case text.Check(value) == text.ErrNUL:
		c.wrong(path, "field.nul")
		return
	case text.Check(value) == text.ErrUTF8:
		c.wrong(path, "field.utf8")
		return
	default:
		c.wrong(path, "field.hidden-character")
		return
	}
	if len(value) > limit && utf8.RuneCountInString(value) > limit {
		c.wrong(path, "field.too-long", "max", limit, "length", utf8.RuneCountInString(value))
	}
}

func printable(s string) bool {
	for _, r := range s {
		if r == utf8.RuneError || r != '\t' && unicode.IsControl(r) || r > 0x7F && unicode.Is(unicode.Bidi_Control, r) || r == '\u2028' || r == '\u2029' {
			return false
		}
	}
	return true
}

// names checks a text in one or several languages.
func (c *checker) names(path string, t wire.Text) {
	c.most(path, len(t), maxWord)
	for _, tag := range t.Tags() {
		field := path
		if tag != "" {
			field = in(path, tag)
			c.language(field, tag)
		}
		if c.required(field, t[tag]) {
			c.line(field, t[tag], maxName)
		}
	}
}

// language checks a BCP 47 tag: any language of the world, because contacts
// speak more of them than this product.
func (c *checker) language(path, tag string) {
	if tag == "" || Has(wire.Languages(), tag) {
		return
	}
	if _, err := language.Parse(tag); err == nil && len(tag) <= maxWord {
		return
	}
	near, _ := text.Nearest(tag, append(wire.Languages(), "de", "fr", "es", "it", "pt", "nl", "ko", "zh", "zh-CN"))
	c.wrong(path, "field.language-unknown", "value", clip(tag), "nearest", near)
}

func (c *checker) languages(path string, tags []string) {
	for i, tag := range tags {
		if c.required(at(path, i), tag) {
			c.language(at(path, i), tag)
		}
	}
	c.distinct(path, tags)
}

// date checks a calendar date, 2026-01-31.
func (c *checker) date(path, value string) bool {
	if value == "" {
		return false
	}
	if _, err := time.Parse(time.DateOnly, value); err != nil {
		c.wrong(path, "field.date-invalid", "value", clip(value))
		return false
	}
	return true
}

// span checks two inclusive dates and their order.
func (c *checker) span(from, until string) {
	started, ended := c.date("from", from), c.date("until", until)
	if started && ended && until < from {
		c.wrong("until", "field.date-order", "from", from, "until", until)
	}
}

func (c *checker) duration(path, value string) {
	if value == "" {
		return
	}
	_, err := calendar.ParseDuration(value)
	c.relay(path, err)
}

func (c *checker) external(ids wire.External) {
	c.most("external", len(ids), maxWord)
	for _, key := range sortedKeys(ids) {
		path, value := in("external", clip(key)), ids[key]
		if key == "" || len(key) > maxWord || !printable(key) {
			c.wrong(path, "field.id-invalid", "value", clip(key))
			continue
		}
		c.line(path, value, maxURL)
	}
}

// clip shortens a wrong value, so that a message stays one line.
func clip(s string) string {
	s = strings.ToValidUTF8(s, "\uFFFD")
	if utf8.RuneCountInString(s) <= maxWord {
		return s
	}
	return string([]rune(s)[:maxWord]) + "…"
}
