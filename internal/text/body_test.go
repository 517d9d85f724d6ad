package text

import (
	"strings"
	"testing"
)

func TestBodyIsWhatALetterIsAbout(t *testing.T) {
	for _, c := range []struct{ in, want string }{
		{"Dear Sir or Madam,\n\nthe total is wrong.\n\nKind regards,\nHelen Marsh\nAccounts Payable\n+1 206 555 0100", "the total is wrong."},
		{"Hi team, the total is wrong. Thanks!", " the total is wrong."},
		{"Hello, I'm Tom from Northwind. The total is wrong.\n> your invoice is attached\n> please pay", " The total is wrong."},
		{"The total is wrong\n\nOn 3 May 2026 Ann wrote:\nplease cancel", "The total is wrong"},
		{"The total is wrong\n-- \nTom Baker\nContract Manager", "The total is wrong"},
		{"The total is wrong\n\nTom Baker\nNorthwind Ltd, 5 Main Street\n+1 206 555 0100", "The total is wrong"},
		{"お世話になっております。玉河物流の佐藤です。\n\n金額が違います。\n\nどうぞよろしくお願いいたします。\n--\n佐藤 花子\n玉河物流株式会社 経理部", "金額が違います。"},
		{"お世話になっております。金額が違います。よろしくお願いいたします。", "金額が違います。"},
		{"您好：\n\n金額有誤，麻煩您了。\n\n謝謝\n林佳蓉\n玉河物流股份有限公司\n電話 02-2345-6789", "金額有誤，"},
		{"您好，我是玉河物流的小陳，金額有誤，謝謝", "金額有誤，"},
		{"Thanks for the quick delivery but the total is wrong", "Thanks for the quick delivery but the total is wrong"},
		{"Thanks", "Thanks"},
		{"Hello", "Hello"},
		{"您好", "您好"},
		{"", ""},
		{"the hotline +1 206 555 0100 is dead", "the hotline +1 206 555 0100 is dead"},
	} {
		if got := Body(c.in); strings.TrimSpace(got) != strings.TrimSpace(c.want) {
			t.Errorf("%q: got %q, want %q", c.in, got, c.want)
		}
	}
}

// Body only leaves out: what it returns is made of pieces of its input.
func FuzzBody(f *testing.F) {
	for _, s := range []string{"Hi, x\n> y\n--\nz", "您好，x，謝謝", "。\n、\n", "\xff,\xfe."} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got := Body(s)
		if hasLetter(s) != hasLetter(got) {
			t.Fatalf("%q became %q", s, got)
		}
		for _, line := range strings.Split(got, "\n") {
			if !strings.Contains(s, line) {
				t.Fatalf("%q is not in %q", line, s)
			}
		}
	})
}
