package web

import (
	"cmp"
	"strings"
	"time"

	"switchboard/internal/text"
	"switchboard/wire"
)

// freshnessOf reads a contact's stamp from its warnings; a company's own
// profile carries no date and gets no stamp.
func freshnessOf(c *wire.ContactPoint) string {
	for _, w := range c.Warnings {
		if freshness, ok := strings.CutPrefix(w.Code, "contact."); ok {
			switch freshness {
			case "unverified", "aging", "stale":
				return freshness
			case "bounced", "unanswered":
				return "dead"
			}
		}
	}
	if c.Verified != nil {
		return "fresh"
	}
	return ""
}

// openText says until when, or from when, in the contact's city and for the
// reader.
func openText(v *visit, c *wire.ContactPoint) string {
	t := contactMoment(c)
	if t == nil {
		if *c.OpenNow {
			return v.T("web.open.always")
		}
		return v.T("web.open.closed")
	}
	key := "web.open.from"
	if *c.OpenNow {
		key = "web.open.until"
	}
	return v.T(key, "time", v.thereAndHere(*t, c.TZ, *c.OpenNow))
}

// thereAndHere is an instant where the contact is and, where the clocks
// differ, where the reader is. The day is left out when it is today and today
// is meant.
func (v *visit) thereAndHere(t time.Time, zone string, today bool) string {
	theirs := zoneOf(zone)
	if theirs == nil {
		theirs = cmp.Or(v.zone, time.UTC)
	}
	there := v.p.Time(t, theirs)
	if !today || v.p.Date(t, theirs) != v.p.Date(v.now, theirs) {
		there = v.p.DateTime(t, theirs)
	}
	said := v.T("web.time.at", "time", there, "city", v.p.CityOf(theirs.String()))
	if v.zone == nil || sameClock(t, v.zone, theirs) {
		return said
	}
	here := v.p.Time(t, v.zone)
	if v.p.Date(t, v.zone) != v.p.Date(t, theirs) {
		here = v.p.DateTime(t, v.zone)
	}
	return v.T("web.time.both", "there", said, "here", here)
}

// roundTheClock hours are the same in every zone.
func roundTheClock(hours string) bool { return strings.EqualFold(hours, "24x7") }

// hoursText writes "Mon-Fri 09:00-12:00,13:00-18:00; Sat 09:00-12:00" in the
// reader's language.
func hoursText(v *visit, hours string) string {
	if roundTheClock(hours) {
		return v.T("web.open.always")
	}
	spans := strings.Split(hours, ";")
	for i, span := range spans {
		days, times, _ := strings.Cut(strings.TrimSpace(span), " ")
		between := strings.Split(strings.ReplaceAll(strings.TrimSpace(times), "-", "\u2060–\u2060"), ",") // a span of hours stays on one line
		spans[i] = dayNames(v, days) + " " + v.p.List(between)
	}
	return strings.Join(spans, " · ")
}

// dayNames writes "Mon-Fri" and "Mon,Wed".
func dayNames(v *visit, days string) string {
	pairs := []string{"-", "–", ",", " "}
	for _, day := range []string{"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"} {
		pairs = append(pairs, day, v.T("weekday."+strings.ToLower(day)))
	}
	return strings.NewReplacer(pairs...).Replace(days)
}

func languageName(v *visit, tag string) string {
	if key := "lang." + tag; v.p.Has(key) {
		return v.T(key)
	}
	return tag
}

func languageNames(v *visit, tags []string) string {
	out := make([]string, len(tags))
	for i, tag := range tags {
		out[i] = languageName(v, tag)
	}
	return v.p.List(out)
}

// dialled is a telephone number as a tel: address wants it.
func dialled(phone string) string {
	return strings.Map(func(r rune) rune {
		if r == '+' || r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, phone)
}

// textLang is the language a reader's own words are in, as far as they tell.
func textLang(words string) string { return text.Language(words) }
