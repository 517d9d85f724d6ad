package web

import (
	"cmp"
	"time"
)

// moment is an instant as a reader sees it: in his zone, how far away it is,
// and the time where the other company is (experience 4.4).
type moment struct {
	ISO      string
	Text     string // "Sat 21 Nov 2026, 15:10"
	City     string // of the zone that Text is in
	Relative string // "in 40 min"
	There    string // time of day at the other company, "" when the zones agree
	ThatCity string
}

// moment shows an instant; zone is the IANA zone of the company it belongs to.
// A reader whose zone is not known sees that company's time.
func (v *visit) moment(t time.Time, zone string) moment {
	theirs := zoneOf(zone)
	mine := cmp.Or(v.zone, theirs, time.UTC)
	m := moment{ISO: t.UTC().Format(time.RFC3339), Text: v.p.DateTime(t, mine), City: v.p.CityOf(mine.String())}
	if d := t.Sub(v.now); d > -48*time.Hour && d < 48*time.Hour {
		m.Relative = v.p.Relative(t, v.now.In(mine))
	}
	if theirs != nil && !sameClock(t, mine, theirs) {
		m.There, m.ThatCity = v.p.Time(t, theirs), v.p.CityOf(theirs.String())
		if v.p.Date(t, theirs) != v.p.Date(t, mine) {
			m.There = v.p.DateTime(t, theirs)
		}
	}
	return m
}

// short is an instant in a list, whose page says once in which zone: the time of
// a day that is today.
func (v *visit) short(t time.Time) string {
	zone := v.clock()
	if v.p.Date(t, zone) == v.p.Date(v.now, zone) {
		return v.p.Time(t, zone)
	}
	return v.p.DateTime(t, zone)
}

// soon is how far away an instant is, nil where its date says more.
func (v *visit) soon(t time.Time) any {
	if d := t.Sub(v.now); d <= -48*time.Hour || d >= 48*time.Hour {
		return nil
	}
	return v.p.Relative(t, v.now.In(v.clock()))
}

// clock is the zone of the times of a page without another company's.
func (v *visit) clock() *time.Location { return cmp.Or(v.zone, time.UTC) }

func sameClock(t time.Time, a, b *time.Location) bool {
	_, one := t.In(a).Zone()
	_, two := t.In(b).Zone()
	return one == two
}

// stamp is an instant without company: when something was done.
func (v *visit) stamp(t time.Time) string {
	zone := cmp.Or(v.zone, time.UTC)
	return v.T("web.time.at", "time", v.p.DateTime(t, zone), "city", v.p.CityOf(zone.String()))
}

// day writes a date of the directory ("2026-11-03").
func (v *visit) day(date string) string {
	t, err := time.Parse(time.DateOnly, date)
	if err != nil {
		return date
	}
	return v.p.Date(t, time.UTC)
}

// daysSince counts the days from a date of the directory to now; 0 for no date.
func (v *visit) daysSince(date string) int {
	t, err := time.Parse(time.DateOnly, date)
	if err != nil {
		return 0
	}
	return int(v.now.Sub(t).Hours() / 24)
}
