package i18n

import "testing"

func TestMatch(t *testing.T) {
	for _, test := range []struct {
		accept   []string
		expected Lang
	}{
		{nil, English}, {[]string{""}, English}, {[]string{"fr"}, English}, {[]string{"*"}, English},
		{[]string{"ja"}, Japanese}, {[]string{"ja-JP,ja;q=0.9,en;q=0.8"}, Japanese},
		{[]string{"zh"}, TraditionalChinese}, {[]string{"zh-CN"}, TraditionalChinese}, {[]string{"zh-Hant-HK"}, TraditionalChinese},
		{[]string{"fr-CH, fr;q=0.9, ja;q=0.5, en;q=0.7"}, English}, {[]string{"en;q=0, ja;q=0.1"}, Japanese},
		{[]string{"ja;q=x, zh-TW;q=0.2"}, TraditionalChinese}, {[]string{"ja;q=NaN,en;q=0.1"}, English}, {[]string{"en;q=0.5,ja;q=0.5"}, English},
		{[]string{"fr", "ja"}, Japanese}, {[]string{"", "zh-TW", "ja"}, TraditionalChinese}, {[]string{"JA-jp ; q=0.9 , en ; q=0.1"}, Japanese},
	} {
		if got := Match(test.accept...); got != test.expected {
			t.Errorf("%q: %s, expected %s", test.accept, got, test.expected)
		}
	}
}

func TestParse(t *testing.T) {
	for tag, expected := range map[string]Lang{"en": English, "en-GB": English, "ja_JP.UTF-8": Japanese, "zh-TW": TraditionalChinese, "ZH-hans": TraditionalChinese, "fr": "", "": "", "english": "", "C.UTF-8": ""} {
		if got, ok := Parse(tag); got != expected || ok != (expected != "") {
			t.Errorf("%q: %q %v", tag, got, ok)
		}
	}
	if For("xx").Lang() != English {
		t.Error("an unknown language is not English")
	}
}

func FuzzMatch(f *testing.F) {
	f.Add("ja-JP,ja;q=0.9,en;q=0.8")
	f.Fuzz(func(t *testing.T, header string) {
		if _, known := catalogs[Match(header)]; !known {
			t.Errorf("%q gave an unknown language", header)
		}
	})
}
