package proof_test

import (
	"strings"
	"testing"

	"switchboard/proof"
)

// What two readers could read in two ways is no export.
func TestReadRefusesWhatCanBeReadInTwoWays(t *testing.T) {
	const whole = `{"switchboard_case":1,"case":"1","company":"a","n":0,"head":"","at":"2026-11-27T09:00:00Z","key":"","signature":"","lines":[]}`
	if _, err := proof.Read(strings.NewReader(whole)); err != nil {
		t.Fatal(err)
	}
	for _, bad := range []string{
		"", "[]x", "null1", whole[:len(whole)-1], whole + "{}", whole + " x",
		strings.Replace(whole, `"n":0`, `"n":0,"n":1`, 1),
		strings.Replace(whole, `"n":0`, `"n":0,"N":1`, 1),
		strings.Replace(whole, `"n":0`, `"n":0,"other":1`, 1),
		strings.Replace(whole, `[]`, `[{"n":1,"values":{"text":{"value":"a","salt":"","value":"b"}}}]`, 1),
	} {
		if _, err := proof.Read(strings.NewReader(bad)); err == nil {
			t.Errorf("%.80s is read as an export", bad)
		}
	}
}

func TestReceiptsAndKeysAreReadStrictly(t *testing.T) {
	head := strings.Repeat("aB", 32)
	if r, err := proof.ReadReceipt("7:" + head); err != nil || r.N != 7 || r.Head != strings.ToLower(head) {
		t.Errorf("%+v %v", r, err)
	}
	for _, bad := range []string{"", "7", "7:", "0:" + head, "-1:" + head, "x:" + head, "7:" + head[2:], "7:" + strings.Repeat("zz", 32)} {
		if _, err := proof.ReadReceipt(bad); err == nil {
			t.Errorf("%q is read as a receipt", bad)
		}
	}
	for _, bad := range []string{"", "AAAA", strings.Repeat("!", 44)} {
		if _, err := proof.ReadKey(bad); err == nil {
			t.Errorf("%q is read as a key", bad)
		}
	}
}
