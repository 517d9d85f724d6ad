// Package bench makes worlds of any size and measures the product as its users
// meet it: the real program in processes of its own, over loopback, beside the
// raw floor of the same work in the same run. It tells figures and judges none:
// time is never a test.
package bench

import (
	"context"
	"os"
	"slices"
	"strings"

	"switchboard/internal/fault"
)

// Options say what to measure.
type Options struct {
	Only     []string          // names of results, or how they begin; none = all
	Size     string            // of the world: a name of Sizes; "" = 100k
	DSN      string            // a PostgreSQL to measure as well; it gets a database of its own, which is dropped
	Dir      string            // a folder on the disk to measure; "" = that of temporary files
	Program  string            // the switchboard binary; "" = this one
	Rounds   int               // figures are medians over them; 0 = 5
	Progress func(name string) // hears what is measured next; may be nil
}

// PostgresEnv names the environment variable with the DSN of a PostgreSQL to
// measure, where no flag names one.
const PostgresEnv = "SWITCHBOARD_BENCH_POSTGRES"

// Report is everything that was measured.
type Report struct {
	Machine Machine  `json:"machine"`
	Results []Result `json:"results"`
}

// Run measures. Faults: invalid bench.size {value, choices}, invalid bench.only
// {value, choices}, unavailable bench.failed {step}.
func Run(ctx context.Context, o Options) (Report, error) {
	size, ok := SizeOf(o.Size)
	if !ok {
		return Report{}, fault.New(fault.Invalid, "bench.size", "value", o.Size, "choices", sizeNames())
	}
	for _, only := range o.Only {
		if !slices.ContainsFunc(Names(), func(name string) bool { return strings.HasPrefix(name, only) }) {
			return Report{}, fault.New(fault.Invalid, "bench.only", "value", only, "choices", Names())
		}
	}
	b, err := prepare(o, size)
	if err != nil {
		return Report{}, failed("prepare", err)
	}
	err = b.all(ctx)
	if gone := os.RemoveAll(b.dir); err == nil && gone != nil {
		err = failed("clean-up", gone)
	}
	m := machine(size, b.dir)
	m.Postgres = b.postgres
	return Report{Machine: m, Results: b.results}, err
}

func sizeNames() (out []string) {
	for _, s := range sizes {
		out = append(out, s.Name)
	}
	return out
}

func failed(step string, err error) error {
	return fault.Wrap(err, fault.Unavailable, "bench.failed", "step", step)
}

// bench is one run.
type bench struct {
	o       Options
	world   *World
	dir     string // removed at the end
	program string
	results []Result

	postgres string // what is said of it
}

func prepare(o Options, size Size) (*bench, error) {
	if o.Rounds == 0 {
		o.Rounds = 5
	}
	if o.DSN == "" {
		o.DSN = os.Getenv(PostgresEnv)
	}
	b := &bench{o: o, world: NewWorld(size), program: o.Program}
	var err error
	if b.program == "" {
		if b.program, err = os.Executable(); err != nil {
			return nil, err
		}
	}
	b.dir, err = os.MkdirTemp(o.Dir, "switchboard-bench-")
	return b, err
}

// all goes from what needs nothing to what needs a filled server. On each
// engine the program is measured anew.
func (b *bench) all(ctx context.Context) error {
	if err := b.step(b.engine, "decide", "decide-unworded", "topic")(ctx); err != nil {
		return failed("decide", err)
	}
	if err := b.step(b.binary, "binary", "cold-start-version")(ctx); err != nil {
		return failed("binary", err)
	}
	if err := b.served(ctx, sqliteEngine{}, ""); err != nil {
		return failed("sqlite", err)
	}
	if b.o.DSN == "" {
		return nil
	}
	e := &postgresEngine{server: b.o.DSN}
	var err error
	if b.postgres, err = e.about(ctx); err != nil {
		return failed("postgres", err)
	}
	if err := b.served(ctx, e, onPostgres); err != nil {
		return failed("postgres", err)
	}
	return nil
}

// often is how many times something is done in a round.
func (b *bench) often(usually int) int { return max(usually*b.world.effort/100, 1) }

// step leaves out what was not asked for.
func (b *bench) step(measure func(context.Context) error, names ...string) func(context.Context) error {
	return func(ctx context.Context) error {
		if !slices.ContainsFunc(names, b.wanted) {
			return nil
		}
		b.tell(names[0])
		return measure(ctx)
	}
}

func (b *bench) wanted(name string) bool {
	return len(b.o.Only) == 0 || slices.ContainsFunc(b.o.Only, func(only string) bool { return strings.HasPrefix(name, only) })
}

func (b *bench) tell(name string) {
	if b.o.Progress != nil {
		b.o.Progress(name)
	}
}

// add keeps a result that was asked for.
func (b *bench) add(r Result) {
	if b.wanted(r.Name) {
		b.results = append(b.results, r)
	}
}
