package i18n

import (
	"strconv"
	"strings"
	"time"
)

var weekdays = map[Lang][7]string{
	English:            {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"},
	Japanese:           {"日", "月", "火", "水", "木", "金", "土"},
	TraditionalChinese: {"週日", "週一", "週二", "週三", "週四", "週五", "週六"},
}

// Date writes the day of an instant in a zone: "Sat 21 Nov 2026",
// "2026年11月21日(土)", "2026/11/21（週六）" (experience 4.4).
func (p *Printer) Date(t time.Time, zone *time.Location) string {
	t = t.In(zone)
	weekday := weekdays[p.lang][t.Weekday()]
	switch p.lang {
	case Japanese:
		return t.Format("2006年1月2日") + "(" + weekday + ")"
	case TraditionalChinese:
		return t.Format("2006/1/2") + "（" + weekday + "）"
	}
	return weekday + t.Format(" 2 Jan 2006")
}

// Time writes the time of day in 24 hours: "06:30" in every language.
func (p *Printer) Time(t time.Time, zone *time.Location) string { return t.In(zone).Format("15:04") }

// DateTime writes "Sat 21 Nov 2026, 06:30", "2026年11月21日(土) 15:30",
// "2026/11/21（週六）14:30".
func (p *Printer) DateTime(t time.Time, zone *time.Location) string {
	between := ", "
	switch p.lang {
	case Japanese:
		between = " "
	case TraditionalChinese:
		between = ""
	}
	return p.Date(t, zone) + between + p.Time(t, zone)
}

// day writes a date of the world format; what is no date stays as it is.
func (p *Printer) day(d Day) string {
	t, err := time.Parse(time.DateOnly, string(d))
	if err != nil {
		return string(d)
	}
	return p.Date(t, time.UTC)
}

// Relative writes how far an instant is away, in whole minutes: "in 40 min",
// "あと 40 分", "還有 40 分鐘", "3 h 5 min ago"; from two days on the date and
// time, in the location of now (the reader's).
func (p *Printer) Relative(t, now time.Time) string {
	d := t.Sub(now)
	key := countdown + "in"
	if d < 0 {
		d, key = -d, countdown+"ago"
	}
	switch {
	case d >= 48*time.Hour:
		return p.DateTime(t, now.Location())
	case d < time.Minute && t.Before(now):
		return p.T(countdown+"just-now", nil)
	case d < time.Minute:
		return p.T(countdown+"now", nil)
	}
	return p.T(key, map[string]any{"d": p.span(d, countdown)})
}

// Duration writes a length of time with its two largest units, down to
// minutes: "25 min", "1 h 25 min", "2 d 3 h".
func (p *Printer) Duration(d time.Duration) string { return p.span(d, "time.") }

// span takes its units from the catalog: Japanese sets off the numbers of a
// countdown, not those within a sentence.
func (p *Printer) span(d time.Duration, units string) string {
	minutes := int(max(d, -d) / time.Minute)
	first, second := "minute", ""
	major, minor := minutes, 0
	switch {
	case minutes >= 24*60:
		first, second, major, minor = "day", "hour", minutes/(24*60), minutes/60%24
	case minutes >= 60:
		first, second, major, minor = "hour", "minute", minutes/60, minutes%60
	}
	text := p.T(units+first, map[string]any{"n": major})
	if minor > 0 {
		text = p.T(units+"pair", map[string]any{"a": text, "b": p.T(units+second, map[string]any{"n": minor})})
	}
	return text
}

// Promise writes a promised time: "4 h", "2 business days"; "" for none.
func (p *Printer) Promise(d promise) string {
	switch {
	case d.BusinessDays() > 0:
		return p.T("time.business-days", map[string]any{"n": d.BusinessDays()})
	case d.Working() > 0:
		return p.hours(d.Working())
	}
	return ""
}

// hours never turns working hours into days: 30 working hours are not a day
// and six hours.
func (p *Printer) hours(d time.Duration) string {
	minutes := int(d / time.Minute)
	if minutes < 24*60 {
		return p.Duration(d)
	}
	text := p.T("time.hour", map[string]any{"n": minutes / 60})
	if minutes%60 > 0 {
		text = p.T("time.pair", map[string]any{"a": text, "b": p.T("time.minute", map[string]any{"n": minutes % 60})})
	}
	return text
}

// Number writes a whole number with its thousands grouped: "12,345".
func (p *Printer) Number(n int) string {
	digits := strconv.Itoa(n)
	sign := ""
	if n < 0 {
		sign, digits = "-", digits[1:]
	}
	for i := len(digits) - 3; i > 0; i -= 3 {
		digits = digits[:i] + "," + digits[i:]
	}
	return sign + digits
}

// List writes "a, b and c", "a、b、c", "a、b 和 c".
func (p *Printer) List(items []string) string {
	if len(items) == 0 {
		return ""
	}
	text := items[0]
	for i, item := range items[1:] {
		key := "list.comma"
		if i == len(items)-2 {
			key = "list.last"
		}
		text = p.T(key, map[string]any{"a": text, "b": item})
	}
	return text
}

// CityOf names the city of a zone: "Asia/Tokyo" is Tokyo, 東京, 東京. A zone
// without a name in the catalog gives its last part: "America/St_Johns" is "St
// Johns".
func (p *Printer) CityOf(zone string) string {
	if key := "city." + zone; p.Has(key) {
		return p.T(key, nil)
	}
	return strings.ReplaceAll(zone[strings.LastIndexByte(zone, '/')+1:], "_", " ")
}
