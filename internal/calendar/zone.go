package calendar

import (
	_ "embed"
	"math"
	"slices"
	"strings"
	"sync"
	"time"
	_ "time/tzdata" // the zones must not depend on the machine

	"switchboard/internal/fault"
)

//go:embed zones.txt
var zoneList string

var zoneNames = sync.OnceValue(func() []string { return lines(zoneList) })

// lines gives the lines of an embedded list without blanks and comments: what
// follows a # at the start of a word.
func lines(text string) []string {
	var out []string
	for line := range strings.Lines(text) {
		line, _, _ = strings.Cut(" "+line, " #")
		if line = strings.TrimSpace(line); line != "" {
			out = append(out, line)
		}
	}
	return out
}

// zone holds the offset changes of a location as plain numbers: an answer has
// a budget of microseconds, and time.Location works out the rule of the year
// again at every look-up.
type zone struct {
	loc   *time.Location
	table []segment // without holes, covering tableFrom to tableTo
}

// segment is a time without a change of offset, in Unix seconds, end excluded.
type segment struct{ start, end, offset int64 }

const (
	tableFrom = 2015
	tableTo   = 2051
	farPast   = math.MinInt64 / 4
	farFuture = math.MaxInt64 / 4
)

var zones sync.Map // name -> *zone

// zoneOf finds a zone by its exact IANA name; "" is UTC. "Local" is refused:
// it would make answers depend on the machine.
func zoneOf(name string) (*zone, error) {
	if name == "" {
		name = "UTC"
	}
	if z, ok := zones.Load(name); ok {
		return z.(*zone), nil
	}
	if _, listed := slices.BinarySearch(zoneNames(), name); !listed {
		return nil, zoneUnknown(name)
	}
	loc, err := time.LoadLocation(name)
	if err != nil {
		return nil, zoneUnknown(name)
	}
	z, _ := zones.LoadOrStore(name, &zone{loc, segments(loc)})
	return z.(*zone), nil
}

func zoneUnknown(name string) error {
	return fault.New(fault.Invalid, "calendar.zone-unknown", "zone", shorten(name), "nearest", nearest(name, zoneNames()))
}

func segments(loc *time.Location) []segment {
	end := time.Date(tableTo, 1, 1, 0, 0, 0, 0, time.UTC).Unix()
	var out []segment
	for at := time.Date(tableFrom, 1, 1, 0, 0, 0, 0, time.UTC).Unix(); at < end; {
		s := segmentAt(loc, at)
		if n := len(out); n > 0 && out[n-1].offset == s.offset { // only the name changed
			out[n-1].end = s.end
		} else {
			out = append(out, s)
		}
		at = s.end
	}
	return out
}

func segmentAt(loc *time.Location, at int64) segment {
	t := time.Unix(at, 0).In(loc)
	_, offset := t.Zone()
	start, end := t.ZoneBounds()
	s := segment{farPast, farFuture, int64(offset)}
	if !start.IsZero() {
		s.start = start.Unix()
	}
	if !end.IsZero() {
		s.end = end.Unix()
	}
	if s.end <= at { // Go 1.26 takes every year of a rule for 365 days: the last day of a leap year is outside its own bounds
		s.end = (floorDiv(at, day) + 1) * day
	}
	return s
}

func (z *zone) segment(at int64) segment {
	if at < z.table[0].start || at >= z.table[len(z.table)-1].end {
		return segmentAt(z.loc, at)
	}
	low, high := 0, len(z.table)-1
	for low < high {
		if mid := (low + high) / 2; at < z.table[mid].end {
			high = mid
		} else {
			low = mid + 1
		}
	}
	return z.table[low]
}

// wall gives the local seconds since 1970-01-01 that the clock shows at an
// instant.
func (z *zone) wall(at int64) int64 { return at + z.segment(at).offset }

// instant gives the first instant at which the wall clock shows local or a
// later time (see the package comment).
func (z *zone) instant(local int64) int64 {
	// 40 hours earlier the clock had certainly not shown it yet: offsets stay
	// within 15 hours and a change repeats at most one day.
	s := z.segment(local - 40*60*minute)
	for local-s.offset >= s.end {
		s = z.segment(s.end)
	}
	return max(local-s.offset, s.start)
}

// nearest gives the known word with the fewest edits, "" when none is near.
func nearest(word string, known []string) string {
	if len(word) > 64 { // nobody mistypes that much
		return ""
	}
	fold := strings.ToLower(strings.ReplaceAll(strings.TrimSpace(word), " ", "_"))
	best, fewest := "", 1+max(1, len(fold)/3)
	for _, candidate := range known {
		lower := strings.ToLower(candidate)
		last := lower[strings.LastIndexByte(lower, '/')+1:] // "Tokyo" means Asia/Tokyo
		if n := min(edits(fold, lower), edits(fold, last)+1); n < fewest || lower == fold {
			best, fewest = candidate, n
		}
	}
	return best
}

// edits is the Levenshtein distance of two short texts, in bytes.
func edits(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := diagonal
			if a[i] != b[j] {
				cost++
			}
			diagonal = row[j+1]
			row[j+1] = min(cost, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}
