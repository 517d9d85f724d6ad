package web

import (
	"strconv"

	"github.com/a-h/templ"

	"switchboard/wire"
)

// langOf is the lang attribute of a text whose language is known.
func langOf(lang string) templ.Attributes {
	if lang == "" {
		return nil
	}
	return templ.Attributes{"lang": lang}
}

// inLang is a company's text for this reader.
func inLang(v *visit, t wire.Text) string {
	text, _ := t.In(string(v.lang()))
	return text
}

// spoken is the language that text really is in.
func spoken(v *visit, t wire.Text) string {
	text, lang := t.In(string(v.lang()))
	if lang == "" {
		return scriptOf(text, string(v.lang()))
	}
	return lang
}

// spelled marks a name or note that came without its language.
func spelled(v *visit, text string) templ.Attributes {
	return langOf(scriptOf(text, string(v.lang())))
}

func itoa(n int) string { return strconv.Itoa(n) }

// deref gives "" for nothing.
func deref(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}
