package casework

import "strings"

// digits of a case number before its check digit. Numbers are drawn, not
// counted: a sequence would tell a stranger how many cases there are.
const digits = 10

// Number makes a case number of a drawn value: ten digits and a check digit
// after ISO 7064 MOD 11,10, which finds every wrong digit and nearly every
// transposition.
func Number(drawn uint64) string {
	out := make([]byte, digits)
	for i := digits - 1; i >= 0; i-- {
		out[i] = byte('0' + drawn%10)
		drawn /= 10
	}
	return string(out) + string(check(string(out)))
}

// ValidNumber reads a case number as people write it, with spaces, hyphens or
// a number sign, and tells whether its check digit is right.
func ValidNumber(s string) (string, bool) {
	s = strings.NewReplacer(" ", "", "-", "", "#", "").Replace(s)
	if len(s) != digits+1 || strings.Trim(s, "0123456789") != "" {
		return "", false
	}
	return s, check(s[:digits]) == s[digits]
}

func check(s string) byte {
	p := 10
	for i := range len(s) {
		p += int(s[i] - '0')
		if p %= 10; p == 0 {
			p = 10
		}
		p = p * 2 % 11
	}
	return byte('0' + (11-p)%10)
}
