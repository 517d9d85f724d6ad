package cli

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"switchboard/client"
	"switchboard/wire"
)

var caseColumns = []string{"number", "state", "with.name", "due", "severity", "subject", "customer.name"}

type caseList struct {
	View  string
	Query []string `arg:"" optional:"" name:"query"`
	Limit int
}

// Run lists cases: those of a view, narrowed by a query.
func (v *caseList) Run(s *session) error {
	return s.caseTable(inView(client.CaseFilter{View: v.View, Query: strings.Join(v.Query, " ")}), v.Limit)
}

type searchVerb struct {
	Query []string `arg:"" name:"query"`
	Limit int
}

// Run finds cases by words and fields.
func (v *searchVerb) Run(s *session) error {
	query := strings.Join(v.Query, " ")
	return s.caseTable(func(s *session, c *client.Client, cursor string, limit int) (*wire.Page[wire.CaseSummary], error) {
		return c.Search(s.ctx, query, cursor, limit)
	}, v.Limit)
}

type inboxVerb struct {
	View  string `arg:"" optional:"" default:"needs-us" name:"view"`
	Saved string `name:"view" placeholder:"NAME"` // the same, as case list has it
	Watch bool
	Limit int
}

// Run lists what waits for the company and, with --watch, tells what happens
// from then on.
func (v *inboxVerb) Run(s *session) error {
	list := func() error { return s.caseTable(inView(client.CaseFilter{View: cmp.Or(v.Saved, v.View)}), v.Limit) }
	if !v.Watch {
		return list()
	}
	return s.watch(list)
}

// pageOfCases gives one page of a list.
type pageOfCases func(s *session, c *client.Client, cursor string, limit int) (*wire.Page[wire.CaseSummary], error)

func inView(f client.CaseFilter) pageOfCases {
	return func(s *session, c *client.Client, cursor string, limit int) (*wire.Page[wire.CaseSummary], error) {
		return c.Cases(s.ctx, f, cursor, limit)
	}
}

func (s *session) caseTable(list pageOfCases, limit int) error {
	c, err := s.desk()
	if err != nil {
		return err
	}
	cases, next, err := pages(limit, func(cursor string, limit int) (*wire.Page[wire.CaseSummary], error) { return list(s, c, cursor, limit) })
	if err != nil {
		return err
	}
	rows := make([]map[string]any, 0, len(cases))
	for _, summary := range cases {
		row, err := generic(summary)
		if err != nil {
			return err
		}
		rows = append(rows, row)
	}
	if format, _ := s.formatOf(); format == "table" {
		for _, row := range rows {
			row["state"] = s.t("case-state." + fmt.Sprint(row["state"]))
			row["severity"] = s.t("severity." + fmt.Sprint(row["severity"]))
		}
	}
	if err := s.rows(caseColumns, rows, next); err != nil {
		return err
	}
	if next != "" {
		s.say("cli.case.more", "n", len(cases))
	}
	return nil
}

const (
	casesUsual = 50
	pageMost   = 200
)

// pages reads so many of a list; more are told, not hidden.
func pages[T any](limit int, page func(cursor string, limit int) (*wire.Page[T], error)) (out []T, next string, err error) {
	if limit <= 0 {
		limit = casesUsual
	}
	for {
		got, err := page(next, min(limit-len(out), pageMost))
		if err != nil {
			return nil, "", err
		}
		out, next = slices.Concat(out, got.Items), got.Next
		if next == "" || len(out) >= limit {
			return out, next, nil
		}
	}
}
