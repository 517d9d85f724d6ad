package listing

import (
	"strings"
	"unicode/utf8"
)

// Neutral makes a cell safe to open in a spreadsheet: text that a spreadsheet
// would run as a formula gets an apostrophe in front. Use it for every cell of
// every CSV that holds what people wrote.
func Neutral(cell string) string {
	if formula(cell) || strings.HasPrefix(cell, "'") && formula(strings.TrimLeft(cell, "'")) {
		return "'" + cell
	}
	return cell
}

// Original takes the apostrophe of Neutral away again: inside, a formula is a
// text like any other.
func Original(cell string) string {
	if rest, ok := strings.CutPrefix(cell, "'"); ok && formula(strings.TrimLeft(rest, "'")) {
		return rest
	}
	return cell
}

func formula(cell string) bool {
	first, _ := utf8.DecodeRuneInString(cell)
	return strings.ContainsRune("=+-@\t\r＝＋－＠", first) && cell != ""
}
