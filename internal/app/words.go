package app

import (
	"errors"
	"unicode/utf8"

	"switchboard/internal/fault"
	"switchboard/internal/i18n"
	"switchboard/internal/text"
)

// How long people's own words may be, in characters.
const (
	mostLine = 300
	mostText = 20_000
)

// clean makes a text fit to be kept: what cannot be stored is refused, what is
// only meant to deceive the eye goes.
func clean(field string, words *string, most int) error {
	tidy := text.Clean
	if most == mostLine {
		tidy = text.Line
	}
	out, err := tidied(field, *words, tidy)
	switch {
	case err != nil:
		return err
	case utf8.RuneCountInString(out) > most:
		return fault.New(fault.Invalid, "fields.invalid").At(field, "field.too-long", "length", utf8.RuneCountInString(out), "max", most)
	}
	*words = out
	return nil
}

// tidied refuses what cannot be stored.
func tidied(field, words string, how func(string) (string, error)) (string, error) {
	out, err := how(words)
	switch {
	case errors.Is(err, text.ErrNUL):
		return "", fault.New(fault.Invalid, "fields.invalid").At(field, "field.nul")
	case err != nil:
		return "", fault.New(fault.Invalid, "fields.invalid").At(field, "field.utf8")
	}
	return out, nil
}

// cleanAll cleans several texts of one kind.
func cleanAll(most int, fields map[string]*string) error {
	for field, words := range fields {
		if err := clean(field, words, most); err != nil {
			return err
		}
	}
	return nil
}

// language is the language of somebody's words: as stated, else as it looks.
func language(lang *string, words string) error {
	if *lang == "" {
		*lang = text.Language(words)
		return nil
	}
	known, ok := i18n.Parse(*lang)
	if !ok {
		return fault.New(fault.Invalid, "invalid.unknown-language", "language", *lang)
	}
	*lang = string(known)
	return nil
}
