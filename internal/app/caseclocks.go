package app

import (
	"context"
	"slices"
	"strconv"
	"time"

	"switchboard/internal/access"
	"switchboard/internal/calendar"
	"switchboard/internal/casework"
	"switchboard/internal/i18n"
	"switchboard/internal/store"
	"switchboard/wire"
)

// CaseClocks are the clocks of a case that a company may look at, each with its
// explanation, and who held the case for how long (spec 2 section 6).
func (a *App) CaseClocks(ctx context.Context, actor access.Actor, number string, lang i18n.Lang) (*wire.CaseClocks, error) {
	var out *wire.CaseClocks
	err := a.look(ctx, actor, number, func(tx *store.Tx, c *casework.Case, d *desk) (err error) {
		now := tellingOf(c, actor.Company, a.now())
		out = &wire.CaseClocks{At: now.UTC(), Clocks: d.explained(c, actor.Company, lang, now)}
		out.Ball, err = d.ball(c, actor.Company, lang, now)
		return err
	})
	return out, err
}

// explained lets each clock that a viewer may look at tell how it came to stand
// where it stands.
func (d *desk) explained(c *casework.Case, viewer string, lang i18n.Lang, now time.Time) []wire.ToldClock {
	seen := d.seenClocks(c, viewer)
	questions, p := numbered(seen), printer(lang)
	out := make([]wire.ToldClock, 0, len(seen))
	for _, k := range seen {
		told := wire.ToldClock{Clock: clockOf(k, now), Name: nameOf(d.party(c, k.Company, viewer, lang)), Lines: []wire.ClockLine{}}
		for _, l := range k.Explain(d.facts.Companies[k.Company].Calendar, now) {
			if l.Code == casework.LineQuestion {
				l.Ref = questions[l.Ref]
			}
			told.Lines = append(told.Lines, wire.ClockLine{Code: string(l.Code), From: optional(l.From), To: optional(l.To),
				Seconds: int64(l.Length / time.Second), Text: p.T(l.Key(), l.Args())})
		}
		out = append(out, told)
	}
	return out
}

// numbered counts the questions for which the clocks of one viewer paused. The
// case's own count would tell of questions that were put to others.
func numbered(clocks []casework.Clock) map[string]string {
	var asked []int
	for _, k := range clocks {
		for _, p := range k.Pauses {
			if n, err := strconv.Atoi(p.Ref); err == nil && p.Why == casework.PauseQuestion {
				asked = append(asked, n)
			}
		}
	}
	slices.Sort(asked)
	out := map[string]string{}
	for i, n := range slices.Compact(asked) {
		out[strconv.Itoa(n)] = strconv.Itoa(i + 1)
	}
	return out
}

// ball is who held the case for how long, in the names that a viewer knows: a
// hidden company's time is that of the one that stands for it.
func (d *desk) ball(c *casework.Case, viewer string, lang i18n.Lang, now time.Time) ([]wire.BallHolder, error) {
	var holdings []casework.Holding
	for _, h := range c.Holdings {
		h.Company = c.Mask(viewer, h.Company)
		if n := len(holdings); n > 0 && holdings[n-1].Company == h.Company {
			holdings[n-1].To = h.To
			continue
		}
		holdings = append(holdings, h)
	}
	until := now
	if !c.Ended.IsZero() { // nobody holds what is closed
		until = c.Ended
	}
	times, err := casework.BallTimes(holdings, func(company string) calendar.Calendar { return d.facts.Companies[company].Calendar }, until)
	out := []wire.BallHolder{}
	for _, t := range times {
		held := wire.BallHolder{Party: *d.party(c, t.Company, viewer, lang), Times: t.Times, Wall: int64(t.Wall / time.Second)}
		if business := int64(t.Business / time.Second); t.Known {
			held.Business = &business
		}
		out = append(out, held)
	}
	return out, err
}
