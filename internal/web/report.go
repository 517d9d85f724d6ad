package web

import (
	"cmp"
	"maps"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"switchboard/internal/app"
	"switchboard/wire"
)

// reportView is a report of the reader's company for one week (W10).
type reportView struct {
	r     *wire.Report
	names *nameBook
}

func weekReport(v *visit) error { return showReport(v, wire.ReportWeek) }

func oneReport(v *visit) error { return showReport(v, v.r.PathValue("name")) }

func showReport(v *visit, name string) error {
	r, err := v.site.app.Report(v.ctx(), v.actor, app.ReportFilter{Name: name, Week: v.r.URL.Query().Get("week")}, v.lang())
	if err != nil {
		return err
	}
	return v.ok(reportPage(v, reportView{r, newNameBook(v)}))
}

func reportCSV(v *visit) error {
	r, err := v.site.app.Report(v.ctx(), v.actor, app.ReportFilter{Name: v.r.PathValue("name"), Week: v.r.URL.Query().Get("week")}, v.lang())
	if err != nil {
		return err
	}
	v.w.Header().Set("Content-Disposition", `attachment; filename="`+plainName(r.Name+"-"+r.Week)+`.csv"`)
	return v.file("text/csv; charset=utf-8", app.ReportCSV(r))
}

// path is a report of some week; the first page is that of the week.
func (r reportView) path(name, week string) string {
	at := "/reports"
	if name != wire.ReportWeek {
		at += "/" + name
	}
	return at + "?" + url.Values{"week": {week}}.Encode()
}

func (r reportView) csv() string {
	return "/reports/" + r.r.Name + "/csv?" + url.Values{"week": {r.r.Week}}.Encode()
}

// beside is the week so many weeks away; "" = it has not begun.
func (r reportView) beside(weeks int) string {
	middle := r.r.From.AddDate(0, 0, 3+7*weeks) // Thursday: whatever the clocks do, it lies in the week
	if middle.AddDate(0, 0, -3).After(r.r.At) {
		return ""
	}
	year, week := middle.ISOWeek()
	return strconv.Itoa(year) + "-W" + strconv.Itoa(100 + week)[1:]
}

// dates are the first and the last day of the week.
func (r reportView) dates(v *visit) string {
	zone := cmp.Or(zoneOf(r.r.Zone), time.UTC)
	return v.T("web.report.dates", "from", v.p.Date(r.r.From, zone), "until", v.p.Date(r.r.Until.Add(-time.Second), zone), "zone", v.p.CityOf(zone.String()))
}

// casesOf is where the cases behind a number are.
func casesOf(query string) string {
	if query == "" {
		return ""
	}
	return "/inbox/" + app.CaseViews()[0].Name + "?" + url.Values{"q": {query}}.Encode()
}

func seconds(n int64) time.Duration { return time.Duration(n) * time.Second }

// figureValue is a figure in its unit; what cannot be told is said so.
func figureValue(v *visit, unit string, n *int64) string {
	switch {
	case n == nil:
		return v.T("web.report.unknown")
	case unit == "percent":
		return v.T("web.report.percent", "n", int(*n))
	case unit == "seconds":
		return v.p.Duration(seconds(*n))
	}
	return v.p.Number(int(*n))
}

// tableCell is one field of a table of a report.
type tableCell struct {
	text, lang string
	party      *wire.Party
	path       string // where its cases are
	share      int    // a bar beside it, in percent; below 0 = none
}

func said(text string) tableCell { return tableCell{text: text, share: -1} }

func counted(v *visit, n int, query string) tableCell {
	return tableCell{text: v.p.Number(n), path: casesOf(query), share: -1}
}

func who(p wire.Party) tableCell { return tableCell{party: &p, share: -1} }

func lasted(v *visit, n int64) tableCell { return said(v.p.Duration(seconds(n))) }

// reportTable is a list of a report as words: the keys of its columns and its rows.
func reportTable(v *visit, r reportView, name string) (columns []string, rows [][]tableCell) {
	switch name {
	case wire.ReportTime:
		columns = []string{"company", "turn", "owned", "business", "cases"}
		for _, t := range r.r.Time {
			share := said(v.T("web.report.share", "d", v.p.Duration(seconds(t.Turn)), "n", t.Share))
			share.share = t.Share
			business := said(v.T("web.report.unknown"))
			if t.Business != nil {
				business = lasted(v, *t.Business)
			}
			rows = append(rows, []tableCell{who(t.Party), share, lasted(v, t.Owned), business, counted(v, t.Cases, t.Query)})
		}
	case wire.ReportLate:
		columns = []string{"company", "cases", "most"}
		for _, l := range r.r.Late {
			rows = append(rows, []tableCell{who(l.Party), counted(v, l.Cases, l.Query), lasted(v, l.Most)})
		}
	case wire.ReportWorst:
		columns = []string{"case", "company", "clock", "over"}
		for _, o := range r.r.Worst {
			rows = append(rows, []tableCell{{text: o.Subject, lang: o.Lang, path: "/c/" + o.Case, share: -1}, who(o.Party), said(overrunClock(v, o)), said(overrun(v, o))})
		}
	case wire.ReportReplies:
		columns = []string{"company", "replies", "in-time", "median", "p90"}
		for _, p := range r.r.Replies {
			inTime := said(v.T("web.report.unknown"))
			if p.Percent != nil {
				inTime = said(v.T("web.report.in-time", "n", p.InTime, "percent", *p.Percent))
			}
			rows = append(rows, []tableCell{who(p.Party), counted(v, p.Count, p.Query), inTime, lasted(v, p.Median), lasted(v, p.P90)})
		}
	case wire.ReportBounces:
		columns = []string{"by", "sender", "declined", "asked", "cases"}
		for _, b := range r.r.Bounces {
			rows = append(rows, []tableCell{who(b.By), who(b.From), said(declined(v, b)), said(v.p.Number(b.Asked)), counted(v, b.Cases, b.Query)})
		}
	case wire.ReportContacts:
		columns = []string{"offer", "company", "state", "cases"}
		for _, c := range r.r.Contacts {
			name, lang := c.OfferName.In(string(v.lang()))
			offer := tableCell{text: orText(name, c.Offer), lang: orText(lang, scriptOf(name, string(v.lang()))), path: "/offers/" + c.Offer, share: -1}
			rows = append(rows, []tableCell{offer, who(c.Party), said(v.T("warning."+c.Code, "company", c.Name, "role", v.T("contact-role."+c.Role))), counted(v, c.Cases, c.Query)})
		}
	}
	return columns, rows
}

func overrunClock(v *visit, o wire.Overrun) string {
	if o.Clock == "" {
		return v.T("web.report.next-deadline")
	}
	return clockName(v, o.Clock)
}

func overrun(v *visit, o wire.Overrun) string {
	key := "web.report.was-over"
	if o.Runs {
		key = "web.report.is-over"
	}
	return v.T(key, "d", v.p.Duration(seconds(o.Over)))
}

// declined are how often and why, the most frequent reason first.
func declined(v *visit, b wire.Bounces) string {
	reasons := slices.SortedFunc(maps.Keys(b.Reasons), func(x, y string) int { return cmp.Or(b.Reasons[y]-b.Reasons[x], strings.Compare(x, y)) })
	for i, reason := range reasons {
		reasons[i] = v.T("web.report.reason", "reason", v.T("web.handoff.reason."+reason), "n", b.Reasons[reason])
	}
	if len(reasons) == 0 {
		return v.p.Number(b.Declined)
	}
	return v.T("web.report.declined", "n", b.Declined, "reasons", v.p.List(reasons))
}
