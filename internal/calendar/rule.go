package calendar

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"
)

// The files in holidays/ hold one holiday a line:
//
//	CODE RULE... [YEARS] [MOVE]
//
//	new-year            01-01                      the same date each year
//	us.thanksgiving     thu#4/11                   fourth Thursday of November; #-1 = last
//	ca.victoria         mon<=05-24                 Monday on or before 24 May
//	good-friday         easter-2                   days from Easter Sunday
//	jp.vernal-equinox   equinox/spring             as the sun stands in Japan
//	kr.seollal          2026-02-17 2027-02-07      dates of a lunar calendar, as published
//	kr.seollal-eve      kr.seollal:-1              days from a line above
//
// YEARS is "in:2021-", "in:-2020", "in:2020,2025" or "in:2019-2024,2026-".
// MOVE says what falls on a weekend adds:
//
//	+next   Saturday or Sunday: the next free weekday
//	+sun    Sunday: the next free weekday
//	+near   Saturday: the free weekday before; Sunday: the next one
//	+clash  Sunday or another holiday: the next free weekday
//	+all    Saturday, Sunday or another holiday: the next free weekday
//	+jp     Sunday: the next day that is no holiday, named by "substitute CODE"
//
// "between CODE" makes a day between two holidays a holiday (JP).
type rules struct {
	lines      []rule
	substitute string
	between    string
}

type rule struct {
	code, move string
	dates      []int64
}

func parseRules(text string) (rules, error) {
	var r rules
	for _, line := range lines(text) {
		words := strings.Fields(line)
		switch {
		case len(words) < 2:
			return r, fmt.Errorf("holiday line %q has no rule", line)
		case words[0] == "substitute":
			r.substitute = "holiday." + words[1]
		case words[0] == "between":
			r.between = "holiday." + words[1]
		default:
			parsed, err := r.parseRule(words)
			if err != nil {
				return r, fmt.Errorf("holiday line %q: %w", line, err)
			}
			r.lines = append(r.lines, parsed)
		}
	}
	return r, nil
}

func (r *rules) parseRule(words []string) (rule, error) {
	out, years := rule{code: "holiday." + words[0]}, allYears()
	var patterns []string
	for _, word := range words[1:] {
		var err error
		switch {
		case strings.HasPrefix(word, "+"):
			if out.move = word[1:]; moves[out.move] == nil {
				err = fmt.Errorf("unknown move %q", word)
			}
		case strings.HasPrefix(word, "in:"):
			years, err = parseYears(word[3:])
		default:
			patterns = append(patterns, word)
		}
		if err != nil {
			return out, err
		}
	}
	for _, pattern := range patterns {
		dates, err := r.dates(pattern, years)
		if err != nil {
			return out, err
		}
		out.dates = append(out.dates, dates...)
	}
	if len(out.dates) == 0 {
		return out, fmt.Errorf("no date")
	}
	return out, nil
}

func allYears() []int {
	years := make([]int, 0, lastYear-firstYear+1)
	for y := firstYear; y <= lastYear; y++ {
		years = append(years, y)
	}
	return years
}

func parseYears(text string) (years []int, err error) {
	for _, part := range strings.Split(text, ",") {
		first, last, ranged := strings.Cut(part, "-")
		from, to := firstYear, lastYear
		if first != "" {
			if from, err = strconv.Atoi(first); err != nil {
				return nil, err
			}
		}
		if !ranged {
			to = from
		} else if last != "" {
			if to, err = strconv.Atoi(last); err != nil {
				return nil, err
			}
		}
		for y := from; y <= to; y++ {
			years = append(years, y)
		}
	}
	return years, nil
}

// dates works a pattern out for some years; a full date stands for itself.
func (r *rules) dates(pattern string, years []int) ([]int64, error) {
	if t, err := time.Parse(time.DateOnly, pattern); err == nil {
		return []int64{floorDiv(t.Unix(), day)}, nil
	}
	if code, offset, found := strings.Cut(pattern, ":"); found {
		return r.relative("holiday."+code, offset, years)
	}
	var out []int64
	for _, year := range years {
		on, err := dateIn(pattern, year)
		if err != nil {
			return nil, err
		}
		out = append(out, on)
	}
	return out, nil
}

func (r *rules) relative(code, offset string, years []int) ([]int64, error) {
	n, err := strconv.ParseInt(offset, 10, 64)
	if err != nil {
		return nil, err
	}
	var out []int64
	for _, line := range r.lines {
		for _, on := range line.dates {
			if line.code == code && slices.Contains(years, time.Unix(on*day, 0).UTC().Year()) {
				out = append(out, on+n)
			}
		}
	}
	return out, nil
}

func dateIn(pattern string, year int) (int64, error) {
	if offset, ok := strings.CutPrefix(pattern, "easter"); ok {
		n, err := strconv.ParseInt(offset, 10, 64)
		return easter(year) + n, err
	}
	if season, ok := strings.CutPrefix(pattern, "equinox/"); ok {
		return equinox(season, year)
	}
	if name, rest, ok := strings.Cut(pattern, "#"); ok {
		return nthWeekday(name, rest, year)
	}
	if name, rest, ok := strings.Cut(pattern, "<="); ok {
		on, err := monthDay(rest, year)
		want, known := dayOf(name)
		if err != nil || !known {
			return 0, fmt.Errorf("bad pattern %q", pattern)
		}
		return on - floorMod(weekday(on)-int64(want), 7), nil
	}
	return monthDay(pattern, year)
}

func monthDay(text string, year int) (int64, error) {
	t, err := time.Parse("01-02", text)
	if err != nil {
		return 0, err
	}
	return dayNumber(year, t.Month(), t.Day()), nil
}

func nthWeekday(name, rest string, year int) (int64, error) {
	var n int64
	var month time.Month
	want, known := dayOf(name)
	if _, err := fmt.Sscanf(rest, "%d/%d", &n, &month); err != nil || !known {
		return 0, fmt.Errorf("bad weekday %q#%q", name, rest)
	}
	if n < 0 {
		last := dayNumber(year, month+1, 1) - 1
		return last - floorMod(weekday(last)-int64(want), 7) + (n+1)*7, nil
	}
	first := dayNumber(year, month, 1)
	return first + floorMod(int64(want)-weekday(first), 7) + (n-1)*7, nil
}

// easter is the Gregorian computus (the anonymous algorithm printed by Butcher
// in 1876), here in the shortened form that holds from 1900 to 2099.
func easter(year int) int64 {
	golden := year % 19
	moon := (19*golden + 24) % 30
	if moon == 29 || (moon == 28 && golden > 10) {
		moon--
	}
	sunday := (2*(year%4) + 4*(year%7) + 6*moon + 5) % 7
	return dayNumber(year, time.March, 22) + int64(moon+sunday)
}

// equinox is the day in Japan, by the customary formula for 1980 to 2099 (the
// government announces the day each February; it has never differed).
func equinox(season string, year int) (int64, error) {
	n := year - 1980
	turned := 0.242194*float64(n) - float64(n/4)
	switch season {
	case "spring":
		return dayNumber(year, time.March, int(math.Floor(20.8431+turned))), nil
	case "autumn":
		return dayNumber(year, time.September, int(math.Floor(23.2488+turned))), nil
	}
	return 0, fmt.Errorf("unknown season %q", season)
}
