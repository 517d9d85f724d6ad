package i18n

import (
	"testing"
	"time"
)

func zone(t *testing.T, name string) *time.Location {
	t.Helper()
	loc, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	return loc
}

// Formats of experience 4.4.
func TestDatesAndTimes(t *testing.T) {
	instant := time.Date(2026, 11, 21, 6, 30, 0, 0, time.UTC)
	for _, test := range []struct {
		lang     Lang
		zone     string
		expected string
	}{
		{English, "UTC", "Sat 21 Nov 2026, 06:30"},
		{Japanese, "Asia/Tokyo", "2026年11月21日(土) 15:30"},
		{TraditionalChinese, "Asia/Taipei", "2026/11/21（週六）14:30"},
	} {
		if got := For(test.lang).DateTime(instant, zone(t, test.zone)); got != test.expected {
			t.Errorf("%q, expected %q", got, test.expected)
		}
	}
	if got := For(TraditionalChinese).Date(instant.AddDate(0, 0, -18), time.UTC); got != "2026/11/3（週二）" {
		t.Error(got)
	}
	if got := For(English).Time(instant, zone(t, "Asia/Kolkata")); got != "12:00" {
		t.Error(got)
	}
}

func TestRelative(t *testing.T) {
	now := time.Date(2026, 11, 21, 6, 30, 0, 0, time.UTC)
	for _, test := range []struct {
		away       time.Duration
		en, ja, zh string
	}{
		{40 * time.Minute, "in 40 min", "あと 40 分", "還有 40 分鐘"},
		{-40 * time.Minute, "40 min ago", "40 分前", "40 分鐘前"},
		{85*time.Minute + 59*time.Second, "in 1 h 25 min", "あと 1 時間 25 分", "還有 1 小時 25 分鐘"},
		{3 * time.Hour, "in 3 h", "あと 3 時間", "還有 3 小時"},
		{27 * time.Hour, "in 1 d 3 h", "あと 1 日 3 時間", "還有 1 天 3 小時"},
		{59 * time.Second, "now", "今", "現在"},
		{-59 * time.Second, "just now", "たった今", "剛剛"},
		{48 * time.Hour, "Mon 23 Nov 2026, 06:30", "2026年11月23日(月) 06:30", "2026/11/23（週一）06:30"},
		{-72 * time.Hour, "Wed 18 Nov 2026, 06:30", "2026年11月18日(水) 06:30", "2026/11/18（週三）06:30"},
	} {
		for lang, expected := range map[Lang]string{English: test.en, Japanese: test.ja, TraditionalChinese: test.zh} {
			if got := For(lang).Relative(now.Add(test.away), now); got != expected {
				t.Errorf("%s %v: %q, expected %q", lang, test.away, got, expected)
			}
		}
	}
}

func TestDurationsListsAndCities(t *testing.T) {
	en, ja, zh := For(English), For(Japanese), For(TraditionalChinese)
	for got, expected := range map[string]string{
		en.Duration(25 * time.Minute):                        "25 min",
		ja.Duration(85 * time.Minute):                        "1時間25分",
		zh.Duration(51 * time.Hour):                          "2 天 3 小時",
		en.Duration(-time.Hour):                              "1 h",
		zh.Promise(workingTime{days: 1}):                     "1 個工作天",
		en.List(nil):                                         "",
		en.List([]string{"a"}):                               "a",
		en.List([]string{"a", "b", "c", "d"}):                "a, b, c and d",
		ja.List([]string{"請求", "返金"}):                        "請求、返金",
		zh.List([]string{"帳單", "退款"}):                        "帳單和退款",
		zh.List([]string{"Contoso", "Fabrikam", "Tailspin"}): "Contoso、Fabrikam 和 Tailspin",
		en.CityOf("Asia/Tokyo"):                              "Tokyo",
		ja.CityOf("Asia/Tokyo"):                              "東京",
		zh.CityOf("Europe/London"):                           "倫敦",
		ja.CityOf("America/St_Johns"):                        "St Johns",
		en.Number(0) + en.Number(999) + en.Number(1000):      "09991,000",
	} {
		if got != expected {
			t.Errorf("%q, expected %q", got, expected)
		}
	}
}
