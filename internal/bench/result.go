package bench

import (
	"math"
	"slices"
	"strings"
	"time"
)

// Result is one figure with its budget and the raw floor of the same run. What
// does not apply is null. More is better when the unit ends in "/s" or is "%", else less.
type Result struct {
	Name         string   `json:"name"`
	Unit         string   `json:"unit"`
	P50          float64  `json:"p50"`
	P95          float64  `json:"p95"`
	P99          float64  `json:"p99"`
	PerSecond    *float64 `json:"per_second"`
	Budget       *float64 `json:"budget"`
	OK           *bool    `json:"ok"`
	Floor        *float64 `json:"floor"`          // the raw work alone, in the same unit
	RatioToFloor *float64 `json:"ratio_to_floor"` // how many times longer, bigger or slower than the floor
}

// onPostgres ends the names of what was measured on PostgreSQL.
const onPostgres = "-postgres"

// measure is what there is to know of a result before it is measured.
type measure struct {
	name, unit string
	budget     float64 // 0 = none
	judged     float64 // the percentile that the budget is for; 0 = the median
	postgres   float64 // budget there, where it is another one
	engines    bool    // measured on each engine
}

// measures with their budgets: those of the product's promises (section 2), of
// the user experience (section 7), none where no promise was made.
var measures = []measure{
	{name: "decide", unit: "µs", budget: 20}, // masking, reasons, targets and words included
	{name: "decide-unworded", unit: "µs"},    // the same without its sentences
	{name: "topic", unit: "µs"},              // reading a free text
	{name: "binary", unit: "MB", budget: 35}, // stripped
	{name: "cold-start-version", unit: "ms", budget: 150},
	{name: "import-jsonl", unit: "rows/s", budget: 20_000, engines: true},
	{name: "import-yaml", unit: "rows/s", budget: 20_000, engines: true},
	{name: "import-memory", unit: "MB", engines: true}, // the most that the server held while it imported
	{name: "cold-start-who", unit: "ms", budget: 150, engines: true},
	{name: "cold-start-serve", unit: "ms", budget: 150, engines: true},
	// As the clients see it, which share the processors with the server.
	{name: "who-1-client", unit: "ms", budget: 1, engines: true},
	{name: "who-8-clients", unit: "ms", budget: 1, engines: true},
	{name: "who-8-clients-p99", unit: "ms", budget: 5, judged: 99, engines: true},
	// The server's part: from the request's head being read to its answer.
	{name: "who-1-client-server", unit: "ms", budget: 1, engines: true},
	{name: "who-8-clients-server", unit: "ms", budget: 1, engines: true},
	{name: "who-8-clients-server-p99", unit: "ms", budget: 5, judged: 99, engines: true},
	{name: "who-cpu", unit: "µs", engines: true}, // of the server alone, for each request
	{name: "offers-page", unit: "ms", budget: 40, judged: 95, engines: true},
	{name: "offers-search", unit: "ms", budget: 40, judged: 95, engines: true},
	{name: "export-jsonl", unit: "rows/s", engines: true},
	{name: "export-yaml", unit: "rows/s", engines: true},
	{name: "offer-page", unit: "KB", budget: 20}, // first load, brotli, all it loads
	{name: "memory", unit: "MB", budget: 100, engines: true},
	{name: "case-fill", unit: "cases/s", engines: true},
	{name: "inbox-needs-us", unit: "ms", budget: 3, judged: 95, engines: true},
	{name: "inbox-due-today", unit: "ms", budget: 3, judged: 95, engines: true},
	{name: "inbox-waiting-on-others", unit: "ms", budget: 3, judged: 95, engines: true},
	{name: "inbox-handed-to-us", unit: "ms", budget: 3, judged: 95, engines: true},
	{name: "inbox-close-the-loop", unit: "ms", budget: 3, judged: 95, engines: true},
	{name: "inbox-done", unit: "ms", budget: 3, judged: 95, engines: true},
	{name: "inbox-growth", unit: "x", budget: 1.3, engines: true}, // of the p95 of the views, from few cases to all
	{name: "search-rare", unit: "ms", budget: 20, judged: 95, engines: true},
	{name: "search-common", unit: "ms", budget: 20, judged: 95, engines: true},
	{name: "search-two-characters", unit: "ms", budget: 20, judged: 95, engines: true},
	{name: "search-chinese", unit: "ms", budget: 20, judged: 95, engines: true},
	{name: "search-two-messages", unit: "ms", budget: 20, judged: 95, engines: true},
	{name: "search-recall", unit: "%", budget: 100, engines: true},
	{name: "case-create-1-client", unit: "ms", budget: 1.5, postgres: 4, engines: true},
	{name: "case-create-8-clients", unit: "cases/s", budget: 1000, postgres: 800, engines: true},
	{name: "case-create-8-clients-p99", unit: "ms", budget: 25, judged: 99, engines: true},
	{name: "case-create-cpu", unit: "µs", engines: true}, // of the server alone, for each case
	{name: "case-open", unit: "ms", budget: 1.5, engines: true},
	{name: "handoff-visible", unit: "ms", budget: 500, judged: 95, engines: true}, // to the other company's stream; of another node on PostgreSQL
	{name: "case-cold-start", unit: "ms", budget: 150, engines: true},
	{name: "case-memory", unit: "MB", budget: 100, engines: true},
	// Pages, from the request to the last byte, as a signed-in person's browser gets
	// them; the floor is /healthz of the same server.
	{name: "page-who", unit: "ms", budget: 10, judged: 95, engines: true},
	{name: "page-list-needs-us", unit: "ms", budget: 40, judged: 95, engines: true},
	{name: "page-list-due-today", unit: "ms", budget: 40, judged: 95, engines: true},
	{name: "page-list-waiting-on-others", unit: "ms", budget: 40, judged: 95, engines: true},
	{name: "page-list-handed-to-us", unit: "ms", budget: 40, judged: 95, engines: true},
	{name: "page-list-close-the-loop", unit: "ms", budget: 40, judged: 95, engines: true},
	{name: "page-list-done", unit: "ms", budget: 40, judged: 95, engines: true},
	{name: "page-open-beside", unit: "ms", budget: 40, judged: 95, engines: true}, // the list of fifty with a case
	{name: "page-case", unit: "ms", budget: 40, judged: 95, engines: true},
	{name: "page-send", unit: "ms", budget: 60, judged: 95, engines: true}, // a message from the composer, until it is on disk
	{name: "page-handoff", unit: "ms", engines: true},
	{name: "page-request", unit: "ms", budget: 40, judged: 95, engines: true}, // a customer's
	{name: "page-search", unit: "ms", budget: 40, judged: 95, engines: true},
	{name: "page-drafts", unit: "ms", engines: true},
	{name: "page-offers", unit: "ms", budget: 40, judged: 95, engines: true},
	{name: "page-reports", unit: "ms", engines: true},
}

// Names lists what can be measured.
func Names() (out []string) {
	for _, m := range measures {
		out = append(out, m.name)
	}
	for _, m := range measures {
		if m.engines {
			out = append(out, m.name+onPostgres)
		}
	}
	return out
}

func measureOf(name string) measure {
	base := strings.TrimSuffix(name, onPostgres)
	return measures[slices.IndexFunc(measures, func(m measure) bool { return m.name == base })]
}

// units of times.
var units = map[string]time.Duration{"µs": time.Microsecond, "ms": time.Millisecond}

// result makes a result of what one or more rounds gave, in the result's unit.
// floor and perSecond 0 = none.
func result(name string, rounds [][]float64, floor, perSecond float64) Result {
	m := measureOf(name)
	if strings.HasSuffix(name, onPostgres) && m.postgres > 0 {
		m.budget = m.postgres
	}
	r := Result{Name: name, Unit: m.unit, P50: middle(rounds, 50), P95: middle(rounds, 95), P99: middle(rounds, 99),
		PerSecond: some(perSecond), Budget: some(m.budget), Floor: some(round(floor))}
	more := strings.HasSuffix(m.unit, "/s") || m.unit == "%"
	if m.budget > 0 {
		figure := map[float64]float64{0: r.P50, 95: r.P95, 99: r.P99}[m.judged]
		ok := figure <= m.budget
		if more {
			ok = figure >= m.budget
		}
		r.OK = &ok
	}
	if floor > 0 && r.P50 > 0 {
		ratio := r.P50 / floor
		if more {
			ratio = floor / r.P50
		}
		r.RatioToFloor = some(round(ratio))
	}
	return r
}

// single is a result of one sample a round.
func single(name string, samples []float64, floor, perSecond float64) Result {
	return result(name, [][]float64{samples}, floor, perSecond)
}

func some(v float64) *float64 {
	if v == 0 {
		return nil
	}
	v = round(v)
	return &v
}

// round keeps three figures: more would pretend.
func round(v float64) float64 {
	if v == 0 {
		return 0
	}
	scale := math.Pow(10, 2-math.Floor(math.Log10(math.Abs(v))))
	if scale < 1 {
		return math.Round(v)
	}
	return math.Round(v*scale) / scale
}

// middle is the median over the rounds of a percentile of each.
func middle(rounds [][]float64, percent float64) float64 {
	each := make([]float64, 0, len(rounds))
	for _, samples := range rounds {
		each = append(each, percentile(samples, percent))
	}
	return round(percentile(each, 50))
}

// percentile of unsorted samples, by the nearest rank.
func percentile(samples []float64, percent float64) float64 {
	if len(samples) == 0 {
		return 0
	}
	sorted := slices.Sorted(slices.Values(samples))
	rank := int(math.Ceil(percent/100*float64(len(sorted)))) - 1
	return sorted[max(rank, 0)]
}

// in tells a time in the unit of a result.
func in(name string, d time.Duration) float64 {
	return float64(d) / float64(units[measureOf(name).unit])
}
