package cli

import (
	"errors"
	"fmt"
	"os"

	"switchboard/internal/bench"
)

type benchVerb struct {
	Only []string `placeholder:"NAME"`
	Size string   `placeholder:"SIZE"`
}

// Run measures this machine. Its exit code says that it has measured, not that
// the figures are good.
func (v *benchVerb) Run(s *session) error {
	program, err := os.Executable()
	if err != nil {
		program = "" // measured in this process instead
	}
	report, err := bench.Run(s.ctx, bench.Options{Only: v.Only, Size: v.Size, DSN: s.benchDSN(), Program: program, Progress: func(name string) {
		if !s.g.Quiet && !s.g.NoProgress {
			fmt.Fprintln(s.Err, oneLine(name))
		}
	}})
	if cause := errors.Unwrap(err); cause != nil {
		fmt.Fprintln(s.Err, oneLine(cause.Error()))
	}
	if err != nil && len(report.Results) == 0 {
		return err
	}
	return errors.Join(err, v.tell(s, report)) // what was measured before stands
}

func (v *benchVerb) tell(s *session, report bench.Report) error {
	if s.wantsJSON() {
		return s.json(report)
	}
	if m := report.Machine; m.Postgres != "" && !s.g.Quiet {
		fmt.Fprintln(s.Err, oneLine(m.Postgres))
	}
	return listed(s, []string{"name", "unit", "p50", "p95", "p99", "per_second", "budget", "ok", "floor", "ratio_to_floor"}, report.Results)
}

func (s *session) benchDSN() string {
	if s.g.DB != "" {
		return s.g.DB
	}
	return s.Env(bench.PostgresEnv)
}
