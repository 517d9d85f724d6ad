//go:build unix

package bench_test

import (
	"context"
	"encoding/json"
	"maps"
	"os"
	"os/signal"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"

	"switchboard/internal/bench"
	"switchboard/internal/cli"
	"switchboard/internal/fault"
	"switchboard/internal/testkit"
)

// asProduct makes this test binary the product: its arguments are a command.
const asProduct = "SWITCHBOARD_TEST_PRODUCT"

func TestMain(m *testing.M) {
	if os.Getenv(asProduct) == "" {
		os.Exit(m.Run())
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	env := func(string) string { return "" }
	code := cli.Run(ctx, cli.Process{Args: os.Args[1:], Env: env, In: os.Stdin, Out: os.Stdout, Err: os.Stderr})
	stop()
	os.Exit(code)
}

// Everything is measured on both engines; how fast it is is nobody's test.
func TestRunMeasuresEverything(t *testing.T) {
	t.Setenv(asProduct, "1")
	report, err := bench.Run(t.Context(), bench.Options{Size: "small", DSN: testkit.Postgres(t), Dir: t.TempDir(), Program: os.Args[0], Rounds: 1})
	if err != nil {
		t.Fatal(err)
	}
	measured := map[string]bool{}
	for _, r := range report.Results {
		if measured[r.Name] {
			t.Errorf("%s is there twice", r.Name)
		}
		measured[r.Name] = true
		if r.P50 <= 0 || r.P95 < r.P50 || r.P99 < r.P95 || r.Unit == "" {
			t.Errorf("%+v", r)
		}
		if (r.Budget == nil) != (r.OK == nil) || (r.Floor == nil) != (r.RatioToFloor == nil) {
			t.Errorf("%s: a budget without a judgement or a floor without a ratio: %+v", r.Name, r)
		}
	}
	for _, name := range bench.Names() {
		if !measured[name] && !strings.Contains(name, "memory") && !strings.HasPrefix(name, "who-cpu") { // not every system tells
			t.Errorf("%s was not measured", name)
		}
	}
	if left, err := filepath.Glob(filepath.Join(report.Machine.Dir, "*")); err != nil || len(left) > 0 {
		t.Errorf("left behind: %v %v", left, err)
	}
}

func TestTheReportHasTheShapeThatProgramsRead(t *testing.T) {
	report, err := bench.Run(t.Context(), bench.Options{Size: "small", Only: []string{"decide"}, Program: os.Args[0], Rounds: 1})
	if err != nil {
		t.Fatal(err)
	}
	data, err := json.Marshal(report)
	if err != nil {
		t.Fatal(err)
	}
	var read struct {
		Machine map[string]any   `json:"machine"`
		Results []map[string]any `json:"results"`
	}
	if err := json.Unmarshal(data, &read); err != nil {
		t.Fatal(err)
	}
	if len(read.Results) != 2 || read.Machine["cores"] == nil {
		t.Fatalf("%s", data)
	}
	want := []string{"budget", "floor", "name", "ok", "p50", "p95", "p99", "per_second", "ratio_to_floor", "unit"}
	for _, r := range read.Results {
		if got := slices.Sorted(maps.Keys(r)); !slices.Equal(got, want) {
			t.Errorf("keys %v, want %v", got, want)
		}
	}
}

func TestRunRefusesWhatItDoesNotKnow(t *testing.T) {
	for code, o := range map[string]bench.Options{"bench.size": {Size: "9k"}, "bench.only": {Only: []string{"speed"}}} {
		if _, err := bench.Run(t.Context(), o); fault.Of(err).Code != code || !fault.Is(err, fault.Invalid) {
			t.Errorf("%v, want %s", err, code)
		}
	}
}
