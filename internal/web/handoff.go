package web

import (
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"switchboard/internal/casework"
	"switchboard/internal/fault"
	"switchboard/wire"
)

// handoffView is W6: to whom, what they receive, what stays, what every clock
// does and what the customer reads, before anything is sent.
type handoffView struct {
	*caseView
	receivers []wire.Receiver
	to        *wire.Receiver
	pack      wire.Package
	chosen    []int64
	preview   *wire.HandoffPreview
	fresh     bool // nothing was typed yet: what the case holds stands there
}

func handoffForm(v *visit) error {
	view, err := v.handoffView(v.r.PathValue("n"))
	if err != nil {
		return err
	}
	view.read(act{v: v, verb: "send", number: view.c.Number, values: v.r.URL.Query()})
	if err := view.openedFrom(v, v.r.URL.Query().Get("in")); err != nil {
		return err
	}
	if err := view.look(v); err != nil {
		return err
	}
	return v.ok(handoffPage(v, view))
}

// sendHandoff hands over, or shows again what handing over would do when
// something else was ticked. One that is refused comes back as it was typed.
func sendHandoff(v *visit) error {
	form, err := v.form()
	if err != nil {
		return err
	}
	view, err := v.handoffView(v.r.PathValue("n"))
	if err != nil {
		return err
	}
	a := act{v: v, verb: "send", number: view.c.Number, values: form}
	view.read(a)
	a.stays(view.caseView)
	if form.Get("do") == "look" {
		view.form = typedForm{verb: "send", values: form}
		if err := view.look(v); err != nil {
			return err
		}
		return v.ok(handoffPage(v, view))
	}
	page, err := a.goesTo()
	if err != nil {
		return err
	}
	err = v.do(page, func() (string, error) {
		_, err := v.site.app.HandOver(v.ctx(), v.actor, a.number, wire.NewHandoff{To: a.get("to"), Package: view.pack, Messages: view.chosen, Confirm: form.Get("confirm")}, a.version(), v.lang())
		return a.number, err
	})
	wrong, again := rejected(err)
	if !again {
		return err
	}
	view.form = typedForm{"send", form, a.atFields(wrong)}
	if read := *a.version(); wrong.fault.Kind == fault.Stale && read >= 0 {
		view.came = slices.DeleteFunc(slices.Clone(view.lines), func(e wire.CaseEvent) bool { return e.N <= read })
	}
	if err := view.look(v); err != nil {
		return err
	}
	return v.page(wire.Status(string(wrong.fault.Kind)), handoffPage(v, view))
}

func (v *visit) handoffView(number string) (*handoffView, error) {
	w, err := v.caseView(number)
	if err != nil {
		return nil, err
	}
	view := &handoffView{caseView: w}
	view.receivers, err = v.site.app.Receivers(v.ctx(), v.actor, number, v.lang())
	return view, err
}

// read takes what was chosen; before anything is, it is the one company there is,
// or the one that answers by the rules. The summary begins as what the case is
// called.
func (h *handoffView) read(a act) {
	for i, r := range h.receivers {
		first := a.get("to") == "" && h.to == nil && (r.Answers || len(h.receivers) == 1)
		if r.Reachable && (r.Company == a.get("to") || first) {
			h.to = &h.receivers[i]
		}
	}
	h.pack = wire.Package{Summary: h.c.Subject, Impact: a.get("impact"), Tried: a.get("tried"), Environment: a.get("environment"), Facts: a.facts()}
	if h.fresh = !a.values.Has("send.summary"); !h.fresh {
		h.pack.Summary = a.get("summary")
	}
	if version, err := strconv.Atoi(a.get("form.version")); err == nil {
		h.pack.Form = &wire.FilledForm{Topic: a.get("form.topic"), Version: version}
	}
	h.chosen = a.numbers("messages")
}

// look asks what sending would do. Without a summary it is looked at under the
// name of the case; sending asks for one. Facts that the form does not understand
// stay as they were typed, and it is looked at without them.
func (h *handoffView) look(v *visit) error {
	if h.to == nil || !h.may(casework.VerbSend) {
		return nil
	}
	asked := wire.NewHandoff{To: h.to.Company, Package: h.pack, Messages: h.chosen, Prefill: h.fresh}
	asked.Summary, asked.Form, asked.Facts = orText(h.pack.Summary, h.c.Subject), nil, maps.Clone(h.pack.Facts)
	for {
		shown, err := v.site.app.PreviewHandoff(v.ctx(), v.actor, h.c.Number, asked, v.lang())
		wrong, again := rejected(err)
		if !again {
			h.preview = shown
			return err
		}
		if h.form.fault.fault == nil {
			values := h.form.values
			if h.form.verb == "" {
				values = v.r.URL.Query()
			}
			h.form = typedForm{verb: "send", values: values, fault: act{verb: "send"}.atFields(wrong)}
		}
		if !without(asked.Facts, wrong) {
			return nil
		}
	}
}

// without takes the facts away that were not understood, and tells whether there
// were any.
func without(facts map[string]string, wrong mistakes) (some bool) {
	for _, f := range wrong.fault.Fields {
		id, isFact := strings.CutPrefix(f.Path, "facts.")
		if _, given := facts[id]; isFact && given {
			delete(facts, id)
			some = true
		}
	}
	return some
}

// fact is what stands in the field of a fact: as typed, else what the case holds.
func (h *handoffView) fact(id string) string {
	if h.fresh {
		return h.preview.Package.Facts[id]
	}
	return h.pack.Facts[id]
}

// from says that what stands there was taken from the case.
func (h *handoffView) from(v *visit, id string) string {
	held, ok := heldOf(h.preview.Held, id)
	switch {
	case !ok || h.fact(id) != held.Value:
		return ""
	case held.N == 0:
		return v.T("web.intake.from-case")
	}
	return v.T("web.intake.from-entry", "n", held.N)
}

func (h *handoffView) ticked(n int64) bool { return slices.Contains(h.chosen, n) }

// already are the messages and files that the receiver reads without this
// handoff; the others can be ticked.
func (h *handoffView) already(e wire.CaseEvent) bool {
	return !h.ticked(e.N) && slices.ContainsFunc(h.preview.Receives, func(r wire.CaseEvent) bool { return r.N == e.N })
}

// words are the messages and files of the case.
func (h *handoffView) shareables() (out []wire.CaseEvent) {
	for _, e := range h.lines {
		if shareable(e) {
			out = append(out, e)
		}
	}
	return out
}

func (h *handoffView) acceptBy() *wire.Clock {
	for i := range h.preview.Clocks {
		if h.preview.Clocks[i].Due != nil {
			return &h.preview.Clocks[i]
		}
	}
	return nil
}

// declineReasons are the codes of the protocol in words.
func declineReasons(v *visit) []choice {
	return choices(v, "web.handoff.reason.", casework.DeclineReasons(), "")
}

// closeReasons are those with which a company may close by itself.
func closeReasons(v *visit) []choice {
	return choices(v, "case.outcome.", []string{casework.Withdrawn, casework.Duplicate, casework.NotPossible}, "")
}

// keepWords shows a form that came in after its session had ended: the words stay,
// and the same form is sent again when its writer has signed in elsewhere. Files
// of nobody are not kept: they are asked for again.
func (v *visit) keepWords() error {
	p, err := v.parcel("", false)
	if err != nil {
		return err
	}
	return v.page(http.StatusUnauthorized, keptPage(v, p))
}
