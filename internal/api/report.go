package api

import (
	"encoding/json"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"switchboard/internal/access"
	"switchboard/internal/app"
	"switchboard/internal/fault"
)

// ReportQuery names a report and its week.
type ReportQuery struct {
	Name   string `path:"name"`
	Week   string `query:"week"`
	Format string `query:"format"`
	Accept string `header:"Accept"`
}

// reportRoutes are the routes of reports (spec 3 section 3).
func reportRoutes() []entry {
	return []entry{route[ReportQuery, Written]{Name: "report", Method: get, Path: "/v1/reports/{name}", Needs: access.ScopeRead, Statement: "spec 2 section 6",
		Document: describeReport, Call: showReport}}
}

// showReport is JSON, or CSV for those who say so or accept that only.
func showReport(c *call, in *ReportQuery) (*Written, error) {
	if in.Format != "" && in.Format != "json" && in.Format != "csv" {
		return nil, fault.New(fault.Invalid, "fields.invalid").At("format", "field.choice", "value", in.Format, "choices", []string{"json", "csv"})
	}
	report, err := c.app.Report(c.ctx, c.actor, app.ReportFilter{Name: in.Name, Week: in.Week}, c.lang)
	if err != nil {
		return nil, err
	}
	if in.Format == "csv" || in.Format == "" && strings.HasPrefix(strings.TrimSpace(in.Accept), "text/csv") {
		out := written("text/csv; charset=utf-8", app.ReportCSV(report))
		out.Disposition = `attachment; filename="` + report.Name + "-" + report.Week + `.csv"`
		return out, nil
	}
	data, err := json.Marshal(report)
	return written("application/json", data), err
}

func describeReport(op *huma.Operation) {
	described(op, "200", map[string]*huma.MediaType{"application/json": {Schema: &huma.Schema{Ref: "#/components/schemas/Report"}}, "text/csv": binary()})
}
