package api

import (
	"context"
	"fmt"
	"hash/fnv"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"switchboard/internal/access"
	"switchboard/internal/app"
	"switchboard/internal/casework"
	"switchboard/internal/fault"
	"switchboard/internal/i18n"
	"switchboard/wire"
)

// CaseBody opens a case.
type CaseBody struct{ Body wire.NewCase }

// CaseID names a case.
type CaseID struct {
	N string `path:"n"`
}

// CaseAsked names a case and what is read with it.
type CaseAsked struct {
	CaseID
	Include string `query:"include"`
}

// CaseQuery asks for cases: a default view, narrowed by a query.
type CaseQuery struct {
	View  string `query:"view"`
	Query string `query:"q"`
	PageQuery
}

// SearchQuery asks for cases by words.
type SearchQuery struct {
	Query string `query:"q"`
	PageQuery
}

// HandoffQuery asks for handoffs of the caller's company.
type HandoffQuery struct {
	Direction string `query:"direction"`
	State     string `query:"state"`
	PageQuery
}

// TimelineQuery asks for what came after one's own number, the oldest first, or
// for what came last before one.
type TimelineQuery struct {
	CaseID
	After  int64 `query:"after"`
	Before int64 `query:"before"`
	Limit  int   `query:"limit"`
}

// CaseChangeBody changes what the own company says about a case.
type CaseChangeBody struct {
	CaseID
	Conditions
	Body wire.CaseChange
}

// MessageBody is written to a case.
type MessageBody struct {
	CaseID
	Conditions
	Body wire.NewMessage
}

// HandoffBody hands a case over, or shows what that would do.
type HandoffBody struct {
	CaseID
	Conditions
	Body wire.NewHandoff
}

// HandoffStepBody is a verb on a handoff.
type HandoffStepBody struct {
	ID string `path:"id"`
	Conditions
	Body wire.HandoffStep
}

// LabelBody sets labels of the own company and takes others away.
type LabelBody struct {
	CaseID
	Body wire.LabelChange
}

// SnoozeBody puts a case aside for the own company.
type SnoozeBody struct {
	CaseID
	Conditions
	Body wire.Snooze
}

// CaseStepBody is a verb on a case.
type CaseStepBody struct {
	CaseID
	Conditions
	Body wire.CaseStep
}

// Opened is a new case and where it is.
type Opened struct {
	Location string `header:"Location"`
	ETag     string `header:"ETag"`
	Body     wire.Case
}

// Handed is the case after a handoff, or the preview of one.
type Handed struct {
	ETag string `header:"ETag"`
	Body any
}

var handoffVerbs = []string{casework.VerbWithdraw, casework.VerbAccept, casework.VerbDecline, casework.VerbAsk, casework.VerbAnswer,
	casework.VerbJoin, casework.VerbPassOn, casework.VerbGiveBack, casework.VerbReclaim, casework.VerbUpdate}

var caseVerbs = []string{casework.VerbPropose, casework.VerbConfirm, casework.VerbReject, casework.VerbClose, casework.VerbReopen}

// caseRoutes are the routes of cases and handoffs (spec 3 section 3).
func caseRoutes() []entry {
	const at = "/v1/cases/{n}"
	list := []entry{
		route[CaseBody, Opened]{Name: "open-case", Method: post, Path: "/v1/cases", Status: 201, Needs: access.ScopeWrite, Statement: "spec 2 section 2", Call: openCase, Again: againOpened},
		route[CaseQuery, Document[wire.Page[wire.CaseSummary]]]{Name: "list-cases", Method: get, Path: "/v1/cases", Needs: access.ScopeRead, Statement: "spec 2 section 3", Call: listCases},
		route[SearchQuery, Document[wire.Page[wire.CaseSummary]]]{Name: "search", Method: get, Path: "/v1/search", Needs: access.ScopeRead, Statement: "spec 2 section 4", Call: searchCases},
		route[HandoffQuery, Document[wire.Page[wire.HandoffSummary]]]{Name: "list-handoffs", Method: get, Path: "/v1/handoffs", Needs: access.ScopeRead, Statement: "spec 2 section 4", Call: listHandoffs},
		route[CaseAsked, Resource[wire.Case]]{Name: "get-case", Method: get, Path: at, Needs: access.ScopeRead, Statement: "spec 2 section 3", Call: showCase},
		route[CaseChangeBody, Resource[wire.Case]]{Name: "change-case", Method: patch, Path: at, Needs: access.ScopeWrite, Statement: "spec 2 section 4", Call: changeCase},
		route[TimelineQuery, Document[wire.Page[wire.CaseEvent]]]{Name: "case-timeline", Method: get, Path: at + "/timeline", Needs: access.ScopeRead, Statement: "spec 2 section 1", Call: caseTimeline},
		route[CaseID, Document[wire.CaseClocks]]{Name: "case-clocks", Method: get, Path: at + "/clocks", Needs: access.ScopeRead, Statement: "spec 2 section 6", Call: caseClocks},
		route[CaseID, Document[wire.CaseExport]]{Name: "export-case", Method: get, Path: at + "/export", Needs: access.ScopeRead, Statement: "spec 2 section 1", Call: exportCase},
		route[MessageBody, Resource[wire.Case]]{Name: "write-message", Method: post, Path: at + "/messages", Needs: access.ScopeWrite, Statement: "spec 2 section 5", Call: writeMessage, Again: againCase},
		route[LabelBody, Resource[wire.Case]]{Name: "label-case", Method: patch, Path: at + "/labels", Needs: access.ScopeWrite, Statement: "spec 2 section 3", Call: labelCase},
		route[SnoozeBody, Resource[wire.Case]]{Name: "snooze-case", Method: put, Path: at + "/snooze", Needs: access.ScopeWrite, Statement: "spec 2 section 3", Call: snoozeCase},
		route[CaseID, Resource[wire.Case]]{Name: "wake-case", Method: del, Path: at + "/snooze", Needs: access.ScopeWrite, Statement: "spec 2 section 3", Call: wakeCase},
		route[struct{}, Document[wire.Page[string]]]{Name: "list-labels", Method: get, Path: "/v1/labels", Needs: access.ScopeRead, Statement: "spec 2 section 3", Call: listLabels},
		route[HandoffBody, Handed]{Name: "hand-over", Method: post, Path: at + "/handoffs", Needs: access.ScopeWrite, Statement: "spec 2 section 4", Document: describeHanded, Call: handOver, Again: againHanded},
	}
	for _, verb := range caseVerbs {
		list = append(list, route[CaseStepBody, Resource[wire.Case]]{Name: verb + "-case", Method: post, Path: at + "/" + verb, Needs: access.ScopeWrite,
			Statement: "spec 2 section 4", Call: solveBy(verb), Again: againCase})
	}
	for _, verb := range handoffVerbs {
		list = append(list, route[HandoffStepBody, Resource[wire.Case]]{Name: verb + "-handoff", Method: post, Path: "/v1/handoffs/{id}/" + verb, Needs: access.ScopeWrite,
			Statement: "spec 2 section 4", Call: stepBy(verb), Again: againCase})
	}
	return list
}

// caseNow answers with the case as its reader sees it. The version is the
// reader's own number, so that it says nothing about what is hidden.
func caseNow(shown *wire.Case, err error) (*Resource[wire.Case], error) {
	if err != nil {
		return nil, err
	}
	return &Resource[wire.Case]{ETag: caseTag(shown), Body: *shown}, nil
}

// caseTag is the version of a case and, behind a dash, a sum of what the company
// has marked it with: that changes what is read, and is no new version to insist on.
func caseTag(shown *wire.Case) string {
	if len(shown.Labels) == 0 && shown.SnoozedUntil == nil {
		return etag(shown.Version)
	}
	sum := fnv.New32a()
	fmt.Fprintf(sum, "%q %v", shown.Labels, shown.SnoozedUntil)
	return fmt.Sprintf(`"%d-%08x"`, shown.Version, sum.Sum32())
}

func opened(shown *wire.Case, err error) (*Opened, error) {
	if err != nil {
		return nil, err
	}
	return &Opened{Location: "/v1/cases/" + shown.Number, ETag: caseTag(shown), Body: *shown}, nil
}

func openCase(c *call, in *CaseBody) (*Opened, error) {
	return opened(c.app.OpenCase(c.ctx, c.actor, in.Body, c.lang))
}

func listCases(c *call, in *CaseQuery) (*Document[wire.Page[wire.CaseSummary]], error) {
	page, err := c.app.Cases(c.ctx, c.actor, app.CaseFilter{View: in.View, Query: in.Query, Cursor: in.Cursor, Limit: in.Limit}, c.lang)
	return document(&page, err)
}

// searchCases is a list without a view: what is asked for stands in the query.
func searchCases(c *call, in *SearchQuery) (*Document[wire.Page[wire.CaseSummary]], error) {
	if strings.TrimSpace(in.Query) == "" {
		return nil, fault.New(fault.Invalid, "invalid.required", "field", "q")
	}
	return listCases(c, &CaseQuery{Query: in.Query, PageQuery: in.PageQuery})
}

func listHandoffs(c *call, in *HandoffQuery) (*Document[wire.Page[wire.HandoffSummary]], error) {
	page, err := c.app.Handoffs(c.ctx, c.actor, app.HandoffFilter{Direction: in.Direction, State: in.State, Cursor: in.Cursor, Limit: in.Limit}, c.lang)
	return document(&page, err)
}

// showCase: with an answer, which changes without the case, there is no version
// to hold it against.
func showCase(c *call, in *CaseAsked) (*Resource[wire.Case], error) {
	with, err := included(in.Include)
	if err != nil {
		return nil, err
	}
	out, err := caseNow(c.app.CaseWith(c.ctx, c.actor, in.N, with, c.lang))
	if err == nil && with.Answer {
		out.ETag = ""
	}
	return out, err
}

func included(list string) (with app.With, err error) {
	if list == "" {
		return with, nil
	}
	for _, word := range strings.Split(list, ",") {
		switch word {
		case wire.WithTimeline:
			with.Timeline = true
		case wire.WithAnswer:
			with.Answer = true
		default:
			return with, fault.New(fault.Invalid, "fields.invalid").At("include", "field.choice", "value", word, "choices", []string{wire.WithTimeline, wire.WithAnswer})
		}
	}
	return with, nil
}

// caseTimeline goes through the lines from the oldest on; with before from the
// newest of those back, each page still in the order in which they came.
func caseTimeline(c *call, in *TimelineQuery) (*Document[wire.Page[wire.CaseEvent]], error) {
	if in.Before < 0 {
		return nil, noPosition("before", strconv.FormatInt(in.Before, 10))
	}
	lines, err := c.app.Timeline(c.ctx, c.actor, in.N, in.After, c.lang)
	if err != nil {
		return nil, err
	}
	most := (PageQuery{Limit: in.Limit}).limit()
	if in.Before > 0 {
		lines = slices.DeleteFunc(lines, func(e wire.CaseEvent) bool { return e.N >= in.Before })
		if len(lines) > most {
			lines = lines[len(lines)-most:]
			return pageOf(lines, strconv.FormatInt(lines[0].N, 10)), nil
		}
	} else if len(lines) > most {
		lines = lines[:most]
		return pageOf(lines, strconv.FormatInt(lines[most-1].N, 10)), nil
	}
	return pageOf(lines, ""), nil
}

func caseClocks(c *call, in *CaseID) (*Document[wire.CaseClocks], error) {
	return document(c.app.CaseClocks(c.ctx, c.actor, in.N, c.lang))
}

func changeCase(c *call, in *CaseChangeBody) (*Resource[wire.Case], error) {
	return changing(c, in.Conditions, in.N, in.Body, c.app.ChangeCase)
}

func writeMessage(c *call, in *MessageBody) (*Resource[wire.Case], error) {
	return changing(c, in.Conditions, in.N, in.Body, c.app.Say)
}

func labelCase(c *call, in *LabelBody) (*Resource[wire.Case], error) {
	return caseNow(c.app.Label(c.ctx, c.actor, in.N, in.Body, c.lang))
}

func snoozeCase(c *call, in *SnoozeBody) (*Resource[wire.Case], error) {
	version, err := in.version()
	if err != nil {
		return nil, err
	}
	return caseNow(c.app.Snooze(c.ctx, c.actor, in.N, in.Body.Until, version, c.lang))
}

func wakeCase(c *call, in *CaseID) (*Resource[wire.Case], error) {
	return caseNow(c.app.Wake(c.ctx, c.actor, in.N, c.lang))
}

func listLabels(c *call, _ *struct{}) (*Document[wire.Page[string]], error) {
	labels, err := c.app.Labels(c.ctx, c.actor)
	if err != nil {
		return nil, err
	}
	return pageOf(labels, ""), nil
}

type change[B any] func(ctx context.Context, actor access.Actor, number string, body B, version *int64, lang i18n.Lang) (*wire.Case, error)

// changing is a change that insists on the version its caller has read, where
// the caller names one.
func changing[B any](c *call, k Conditions, number string, body B, do change[B]) (*Resource[wire.Case], error) {
	version, err := k.version()
	if err != nil {
		return nil, err
	}
	return caseNow(do(c.ctx, c.actor, number, body, version, c.lang))
}

func solveBy(verb string) func(*call, *CaseStepBody) (*Resource[wire.Case], error) {
	return func(c *call, in *CaseStepBody) (*Resource[wire.Case], error) {
		return changing(c, in.Conditions, in.N, in.Body, byVerb(verb, c.app.Solve))
	}
}

func stepBy(verb string) func(*call, *HandoffStepBody) (*Resource[wire.Case], error) {
	return func(c *call, in *HandoffStepBody) (*Resource[wire.Case], error) {
		return changing(c, in.Conditions, in.ID, in.Body, byVerb(verb, c.app.Step))
	}
}

func byVerb[B any](verb string, do func(context.Context, access.Actor, string, string, B, *int64, i18n.Lang) (*wire.Case, error)) change[B] {
	return func(ctx context.Context, actor access.Actor, id string, body B, version *int64, lang i18n.Lang) (*wire.Case, error) {
		return do(ctx, actor, id, verb, body, version, lang)
	}
}

func handOver(c *call, in *HandoffBody) (*Handed, error) {
	if in.Body.Preview {
		preview, err := c.app.PreviewHandoff(c.ctx, c.actor, in.N, in.Body, c.lang)
		if err != nil {
			return nil, err
		}
		return &Handed{Body: preview}, nil
	}
	return handed(changing(c, in.Conditions, in.N, in.Body, c.app.HandOver))
}

func handed(shown *Resource[wire.Case], err error) (*Handed, error) {
	if err != nil {
		return nil, err
	}
	return &Handed{ETag: shown.ETag, Body: shown.Body}, nil
}

func againCase(c *call, o *app.Outcome) (*Resource[wire.Case], error) {
	return caseNow(c.app.Case(c.ctx, c.actor, o.ID, c.lang))
}

func againOpened(c *call, o *app.Outcome) (*Opened, error) {
	return opened(c.app.Case(c.ctx, c.actor, o.ID, c.lang))
}

func againHanded(c *call, o *app.Outcome) (*Handed, error) { return handed(againCase(c, o)) }

// describeHanded: the answer is the case, or with preview what would happen.
func describeHanded(op *huma.Operation) {
	ref := func(t reflect.Type) *huma.Schema { return &huma.Schema{Ref: "#/components/schemas/" + t.Name()} }
	op.Responses["200"].Content = map[string]*huma.MediaType{"application/json": {Schema: &huma.Schema{
		OneOf: []*huma.Schema{ref(reflect.TypeFor[wire.Case]()), ref(reflect.TypeFor[wire.HandoffPreview]())}}}}
}
