package cli

import (
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"switchboard/wire"
)

type reportVerb struct {
	Name string `arg:"" optional:"" default:"week" name:"report"`
	Week string `placeholder:"WEEK"`
	CSV  bool   `name:"csv"`
}

// Run prints a report of the company for one week.
func (v *reportVerb) Run(s *session) error {
	c, err := s.desk()
	if err != nil {
		return err
	}
	format, err := s.formatOf()
	if err != nil {
		return err
	}
	if v.CSV || format == "csv" {
		table, err := c.ReportCSV(s.ctx, v.Name, v.Week)
		if err != nil {
			return err
		}
		defer table.Close()
		_, err = io.Copy(s.Out, table)
		return err
	}
	report, err := c.Report(s.ctx, v.Name, v.Week)
	if err != nil {
		return err
	}
	if format == "json" || format == "jsonl" {
		return s.json(report)
	}
	columns, rows := s.reportRows(report, format == "table")
	if !report.Whole {
		s.say("cli.report.partial")
	}
	return s.rows(columns, rows, "")
}

// reportRows are the lines of a report under the names of its columns; people
// read lengths of time in words.
func (s *session) reportRows(r *wire.Report, people bool) (columns []string, rows []map[string]any) {
	table := r.Table()
	rows = []map[string]any{}
	for _, line := range table[1:] {
		row := map[string]any{}
		for i, cell := range line {
			row[table[0][i]] = cell
			if seconds, err := strconv.ParseInt(cell, 10, 64); people && err == nil && (strings.HasSuffix(table[0][i], "_seconds") || i > 1 && line[1] == "seconds") {
				row[table[0][i]] = s.printer().Duration(time.Duration(seconds) * time.Second)
			}
		}
		if figure, ok := row["figure"]; people && ok {
			row["figure"] = s.t("report.figure." + fmt.Sprint(figure))
		}
		rows = append(rows, row)
	}
	return table[0], rows
}
