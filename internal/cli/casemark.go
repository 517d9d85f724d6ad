package cli

import (
	"strings"
	"time"

	"switchboard/client"
	"switchboard/wire"
)

type caseLabel struct {
	Number string   `arg:"" optional:"" name:"number"`
	Add    []string `sep:"none" placeholder:"LABEL"`
	Remove []string `sep:"none" placeholder:"LABEL"`
}

// Run sets labels of the own company and takes others away, and prints those that
// the case has then. Without a case it lists those that the company uses.
func (v *caseLabel) Run(s *session) error {
	switch {
	case v.Number == "" && len(v.Add)+len(v.Remove) > 0:
		return misuse("cli.label.no-case")
	case v.Number == "":
		return v.list(s)
	}
	return s.change(func(c *client.Client) (*wire.Case, error) {
		if len(v.Add)+len(v.Remove) == 0 {
			return c.Case(s.ctx, plainNumber(v.Number))
		}
		return c.LabelCase(s.ctx, plainNumber(v.Number), wire.LabelChange{Add: v.Add, Remove: v.Remove})
	}, func(now *wire.Case) string { return strings.Join(now.Labels, ", ") })
}

func (v *caseLabel) list(s *session) error {
	c, err := s.desk()
	if err != nil {
		return err
	}
	labels, err := c.Labels(s.ctx)
	if err != nil {
		return err
	}
	rows := make([]map[string]any, len(labels))
	for i, name := range labels {
		rows[i] = map[string]any{"label": name}
	}
	return s.rows([]string{"label"}, rows, "")
}

type caseSnooze struct {
	caseNumber
	reading
	Until string `placeholder:"TIME"`
	Wake  bool
}

// Run puts a case aside for the own company until an instant, or takes it back.
func (v *caseSnooze) Run(s *session) error {
	if v.Wake == (v.Until != "") {
		return misuse("cli.snooze.until")
	}
	return s.change(func(c *client.Client) (*wire.Case, error) {
		if v.Wake {
			return c.WakeCase(s.ctx, v.plain())
		}
		until, err := s.moment(c, v.Until)
		if err != nil {
			return nil, err
		}
		return c.SnoozeCase(s.ctx, v.plain(), *until, v.IfMatch)
	}, func(now *wire.Case) string {
		if now.SnoozedUntil == nil {
			return ""
		}
		return now.SnoozedUntil.Format(time.RFC3339)
	})
}
