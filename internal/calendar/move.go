package calendar

// move finds the day that a holiday adds, if it adds one. taken tells which
// days are holidays already; clash, that another holiday has this very day.
type move func(on int64, taken map[int64]bool, clash bool) (int64, bool)

const (
	sunday   = 0
	saturday = 6
)

var moves = map[string]move{
	"next": func(on int64, taken map[int64]bool, _ bool) (int64, bool) {
		return free(on, +1, taken), weekend(on)
	},
	"sun": func(on int64, taken map[int64]bool, _ bool) (int64, bool) {
		return free(on, +1, taken), weekday(on) == sunday
	},
	"near": func(on int64, taken map[int64]bool, _ bool) (int64, bool) {
		if weekday(on) == saturday {
			return free(on, -1, taken), true
		}
		return free(on, +1, taken), weekday(on) == sunday
	},
	"clash": func(on int64, taken map[int64]bool, clash bool) (int64, bool) {
		return free(on, +1, taken), clash || weekday(on) == sunday
	},
	"all": func(on int64, taken map[int64]bool, clash bool) (int64, bool) {
		return free(on, +1, taken), clash || weekend(on)
	},
	// Act on National Holidays, article 3 (2): the nearest following day that
	// is no national holiday, whatever weekday it is.
	"jp": func(on int64, taken map[int64]bool, _ bool) (int64, bool) {
		next := on + 1
		for taken[next] {
			next++
		}
		return next, weekday(on) == sunday
	},
}

func weekend(on int64) bool { return weekday(on) == saturday || weekday(on) == sunday }

// free is the first weekday without a holiday in one direction.
func free(on, step int64, taken map[int64]bool) int64 {
	for on += step; taken[on] || weekend(on); on += step {
	}
	return on
}

// days works out all holidays: first the days themselves, then what those on
// a weekend add, in the order of the file, then the days between.
func (r rules) days() []namedDay {
	taken := map[int64]bool{}
	var out []namedDay
	type pending struct {
		rule  rule
		on    int64
		clash bool
	}
	var later []pending
	for _, line := range r.lines {
		for _, on := range line.dates {
			later = append(later, pending{line, on, taken[on]})
			out = append(out, namedDay{on, line.code})
		}
		for _, on := range line.dates {
			taken[on] = true
		}
	}
	national := append([]namedDay(nil), out...)
	for _, p := range later {
		if p.rule.move == "" {
			continue
		}
		if on, moved := moves[p.rule.move](p.on, taken, p.clash); moved {
			taken[on] = true
			out = append(out, namedDay{on, r.nameOf(p.rule)})
		}
	}
	return append(out, r.daysBetween(national, taken)...)
}

// nameOf gives an added day the name of its holiday, unless the law has a name
// for such days.
func (r rules) nameOf(line rule) string {
	if line.move == "jp" {
		return r.substitute
	}
	return line.code
}

// daysBetween: article 3 (3), a day whose eve and morrow are national holidays
// is a holiday. Substitute days do not count as national holidays.
func (r rules) daysBetween(national []namedDay, taken map[int64]bool) (out []namedDay) {
	if r.between == "" {
		return nil
	}
	is := map[int64]bool{}
	for _, d := range national {
		is[d.on] = true
	}
	for _, d := range national {
		if is[d.on+2] && !taken[d.on+1] {
			out = append(out, namedDay{d.on + 1, r.between})
		}
	}
	return out
}
