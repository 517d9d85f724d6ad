package casework

import "testing"

// What reads as a case number is eleven digits and reads as itself; with one
// digit changed it is none.
func FuzzValidNumber(f *testing.F) {
	for _, s := range []string{"48151623420", "#4815-1623-420", " 48151623420", "４８１５１６２３４２０", "", "0", "-#-"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, in string) {
		n, ok := ValidNumber(in)
		if !ok {
			return
		}
		if again, ok := ValidNumber(n); !ok || again != n || len(n) != digits+1 {
			t.Fatalf("%q is %q, which is %q", in, n, again)
		}
		for i := range len(n) {
			wrong := []byte(n)
			wrong[i] = '0' + (wrong[i]-'0'+1)%10
			if _, ok := ValidNumber(string(wrong)); ok {
				t.Fatalf("%s and %s are both numbers", n, wrong)
			}
		}
	})
}
