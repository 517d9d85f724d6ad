package text

import (
	"errors"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Reasons why a text is refused at the border: neither engine stores the two
// the same way, so neither may come in (design/architecture section 4).
var (
	ErrNUL  = errors.New("text: NUL character")
	ErrUTF8 = errors.New("text: invalid UTF-8")
)

// maxMarks is how many combining marks one character may carry. The longest
// honest stacks (Vietnamese, pointed Hebrew) have three; more is ink that runs
// over the neighbours' lines.
const maxMarks = 4

// Check refuses what can never be stored: ErrUTF8 for broken UTF-8 (lone
// surrogates included), ErrNUL for U+0000.
func Check(s string) error {
	if !utf8.ValidString(s) {
		return ErrUTF8
	}
	if strings.IndexByte(s, 0) >= 0 {
		return ErrNUL
	}
	return nil
}

// Clean makes a text of several lines fit to be stored and shown: line ends
// become \n, control characters other than \n and \t and all bidirectional
// controls go (they let a name print as another), stacked combining marks are
// capped, the rest is composed (NFC). Zero-width joiners stay because emoji
// and several scripts need them. The error is ErrNUL or ErrUTF8.
func Clean(s string) (string, error) {
	if err := Check(s); err != nil {
		return "", err
	}
	s = strings.ReplaceAll(s, "\r\n", "\n")
	s = strings.ReplaceAll(s, "\r", "\n")
	return norm.NFC.String(capMarks(strings.Map(printable, s))), nil
}

// Line cleans a text of one line, such as a name, a subject or an identifier:
// as Clean, and additionally without any invisible character, with every run
// of white space as one space and none at the ends.
func Line(s string) (string, error) {
	s, err := Clean(s)
	if err != nil {
		return "", err
	}
	return strings.Join(strings.Fields(StripZeroWidth(s)), " "), nil
}

// StripZeroWidth removes characters that take no room and change no meaning:
// zero-width spaces and joiners, soft hyphens, byte-order marks and tags. Two
// names that differ only in these look the same to a reader.
func StripZeroWidth(s string) string { return strings.Map(visible, s) }

func printable(r rune) rune {
	switch {
	case r == '\n' || r == '\t':
		return r
	case r == '\u2028' || r == '\u2029' || r == '\u0085':
		return '\n'
	case unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r):
		return -1
	}
	return r
}

func visible(r rune) rune {
	switch {
	case r < 0xAD:
		return r
	case r == 0x034F || r == 0x115F || r == 0x1160 || r == 0x3164 || r == 0xFFA0: // fillers
		return -1
	case unicode.Is(unicode.Cf, r):
		return -1
	}
	return r
}

// capMarks drops combining marks beyond maxMarks in a row.
func capMarks(s string) string {
	marks := 0
	return strings.Map(func(r rune) rune {
		if r < 0x300 || !unicode.Is(unicode.M, r) {
			marks = 0
			return r
		}
		if marks++; marks > maxMarks {
			return -1
		}
		return r
	}, s)
}
