package cli

import (
	"strings"
	"time"

	"switchboard/client"
	"switchboard/internal/calendar"
	"switchboard/internal/directory"
	"switchboard/internal/fault"
	"switchboard/wire"
)

// never is the instant that takes a case off hold.
var never time.Time

// moment reads an instant as people say it: RFC 3339, a date and time or a
// time alone in the person's zone, a span from now (2h, 1h30m), or business
// days of the own company (1bd). "" = none.
func (s *session) moment(c *client.Client, text string) (*time.Time, error) {
	if text = strings.TrimSpace(text); text == "" {
		return nil, nil
	}
	if at, err := time.Parse(time.RFC3339, text); err == nil {
		return &at, nil
	}
	now := s.Now()
	if span, err := time.ParseDuration(text); err == nil && span > 0 {
		at := now.Add(span).Truncate(time.Second)
		return &at, nil
	}
	if days, err := calendar.ParseDuration(text); err == nil && days.BusinessDays() > 0 {
		return s.businessDays(c, now, days)
	}
	zone, err := s.personZone(c)
	if err != nil {
		return nil, err
	}
	at, ok := clockTime(text, now.In(zone))
	if !ok {
		return nil, misuse("cli.moment", "value", text)
	}
	return &at, nil
}

// clockTime reads a time of the day, the next one there is, or a date and time.
func clockTime(text string, now time.Time) (time.Time, bool) {
	for _, form := range []string{"2006-01-02 15:04", "2006-01-02T15:04", "2006-01-02T15:04:05"} {
		if at, err := time.ParseInLocation(form, text, now.Location()); err == nil {
			return at, true
		}
	}
	clock, err := time.Parse("15:04", text)
	if err != nil {
		return now, false
	}
	year, month, day := now.Date()
	at := time.Date(year, month, day, clock.Hour(), clock.Minute(), 0, 0, now.Location())
	if !at.After(now) {
		at = time.Date(year, month, day+1, clock.Hour(), clock.Minute(), 0, 0, now.Location())
	}
	return at, true
}

// businessDays counts in the hours of the company that promises.
func (s *session) businessDays(c *client.Client, now time.Time, days calendar.Duration) (*time.Time, error) {
	me, err := s.self(c)
	if err != nil {
		return nil, err
	}
	company, _, err := client.Get[wire.Company](s.ctx, c, companies.path, me.Company)
	if err != nil {
		return nil, err
	}
	if company.Support != nil {
		if at, known := directory.ProfileCalendar(company, company.Support).Due(now, days); known {
			return &at, nil
		}
	}
	return nil, fault.New(fault.Invalid, "cli.no-hours", "company", me.Company)
}

// self is for whom and by whom the work is done.
func (s *session) self(c *client.Client) (*wire.Session, error) {
	if s.g.Server != "" {
		return c.Session(s.ctx)
	}
	return &wire.Session{Company: s.g.Company, Person: s.g.Person}, nil
}

// personZone: --tz, else the zone that the person has saved, else that of this
// machine.
func (s *session) personZone(c *client.Client) (*time.Location, error) {
	if s.g.TZ != "" {
		return s.zone, nil
	}
	me, err := s.self(c)
	if err != nil || me.Person == "" {
		return s.zone, err
	}
	person, _, err := client.Get[wire.Person](s.ctx, c, people.path, me.Person)
	if err != nil {
		return nil, err
	}
	if zone, err := time.LoadLocation(person.TZ); err == nil && person.TZ != "" {
		return zone, nil
	}
	return s.zone, nil
}
