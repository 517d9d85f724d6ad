package web

import (
	"net/http"
	"slices"

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
}

func handoffForm(v *visit) error {
	view, err := v.handoffView(v.r.PathValue("n"))
	if err != nil {
		return err
	}
	view.read(act{v: v, verb: "send", number: view.c.Number, values: v.r.URL.Query()})
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
	if form.Get("do") == "look" {
		view.form = typedForm{verb: "send", values: form}
		if err := view.look(v); err != nil {
			return err
		}
		return v.ok(handoffPage(v, view))
	}
	err = v.do(a.page, func() (string, error) {
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

// read takes what was chosen; where nothing is, it is the company that answers this
// by the rules, or the only one, and the summary begins as what the case is called.
func (h *handoffView) read(a act) {
	for i, r := range h.receivers {
		if r.Reachable && (r.Company == a.get("to") || a.get("to") == "" && (len(h.receivers) == 1 || r.Answers)) {
			h.to = &h.receivers[i]
		}
	}
	h.pack = wire.Package{Summary: h.c.Subject, Impact: a.get("impact"), Tried: a.get("tried"), Environment: a.get("environment"), Facts: a.facts()}
	if a.values.Has("send.summary") {
		h.pack.Summary = a.get("summary")
	}
	h.chosen = a.numbers("messages")
}

// look asks what sending would do. Without a summary it is looked at under the
// name of the case; sending asks for one.
func (h *handoffView) look(v *visit) (err error) {
	if h.to == nil || !h.may(casework.VerbSend) {
		return nil
	}
	asked := h.pack
	asked.Summary = orText(asked.Summary, h.c.Subject)
	h.preview, err = v.site.app.PreviewHandoff(v.ctx(), v.actor, h.c.Number, wire.NewHandoff{To: h.to.Company, Package: asked, Messages: h.chosen}, v.lang())
	if wrong, again := rejected(err); again {
		if h.form.verb == "" {
			h.form = typedForm{verb: "send", values: v.r.URL.Query(), fault: wrong}
		}
		return nil
	}
	return err
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
