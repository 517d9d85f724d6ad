package i18n

import "testing"

// An answer of a dozen sentences has 20 us: each may cost 1 us.
func BenchmarkT(b *testing.B) {
	p := For(TraditionalChinese)
	args := map[string]any{"publisher": "Contoso Software", "offer": "Contoso Backup", "partner": "青葉商事"}
	b.Run("plain", func(b *testing.B) {
		for b.Loop() {
			p.T("city.Asia/Tokyo", nil)
		}
	})
	b.Run("three names", func(b *testing.B) {
		for b.Loop() {
			p.T("answer.publisher.detail", args)
		}
	})
}

// A language is read once, when it is first used: at most 5 ms.
func BenchmarkRead(b *testing.B) {
	for _, lang := range Langs() {
		b.Run(string(lang), func(b *testing.B) {
			for b.Loop() {
				if _, err := read(lang); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
