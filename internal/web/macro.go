package web

import (
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"switchboard/internal/access"
	"switchboard/internal/app"
	"switchboard/internal/i18n"
	"switchboard/wire"
)

// macrosView is what a company often writes.
type macrosView struct {
	list  []macroForm
	fresh macroForm // a new one
	write bool      // the reader may
	done  string
}

// macroForm is a macro as it stands in a form.
type macroForm struct {
	at    string // what the names of its fields begin with
	saved wire.Macro
	macro wire.Macro // as typed
	fault mistakes
}

func macros(v *visit) error {
	view := macrosView{}
	if key := "web.macros.done." + v.r.URL.Query().Get("done"); v.p.Has(key) {
		view.done = key
	}
	if err := view.load(v, macroForm{}); err != nil {
		return err
	}
	return v.ok(macrosPage(v, view))
}

// load reads the macros; the form that came back stands in its place as it was
// typed.
func (m *macrosView) load(v *visit, back macroForm) error {
	list, err := v.site.app.Macros(v.ctx(), v.actor)
	if err != nil {
		return err
	}
	m.write = v.may(access.ArrangeDesk)
	m.fresh = macroForm{at: newView, macro: wire.Macro{Audience: wire.MacroCustomer}}
	if back.at == newView {
		m.fresh = back
	}
	for _, macro := range list {
		form := macroForm{at: "macro-" + macro.ID, saved: macro, macro: macro}
		if back.at == form.at {
			form.macro, form.fault = back.macro, back.fault
		}
		m.list = append(m.list, form)
	}
	return nil
}

// saveMacro keeps a macro: a new one, or the one of the address.
func saveMacro(v *visit) error {
	form, err := v.form()
	if err != nil {
		return err
	}
	id, at := v.r.PathValue("id"), newView
	var version *int64
	if id != "" {
		at = "macro-" + id
		n, err := strconv.ParseInt(form.Get("version"), 10, 64)
		if err != nil || n < 1 {
			n = -1 // no version: it comes back
		}
		version = &n
	}
	back := macroForm{at: at, macro: typedMacro(form, at)}
	macro := back.macro
	macro.ID = id
	err = v.do(there("/macros?done=saved"), func() (string, error) {
		kept, _, err := v.site.app.PutMacro(v.ctx(), v.actor, macro, version)
		return kept.ID, err
	})
	return v.macrosAgain(back, err)
}

func (v *visit) macrosAgain(back macroForm, err error) error {
	wrong, again := rejected(err)
	if !again {
		return err
	}
	back.fault = wrong.within(back.at)
	view := macrosView{}
	if err := view.load(v, back); err != nil {
		return err
	}
	return v.page(wire.Status(string(wrong.fault.Kind)), macrosPage(v, view))
}

func typedMacro(form url.Values, at string) wire.Macro {
	m := wire.Macro{Name: trimmed(form, at+".name"), Audience: form.Get(at + ".audience"), After: form.Get(at + ".after"), Text: map[string]string{}}
	for _, lang := range i18n.Langs() {
		m.Text[string(lang)] = form.Get(at + ".text." + string(lang))
	}
	return m
}

func deleteMacro(v *visit) error {
	if _, err := v.form(); err != nil {
		return err
	}
	id := v.r.PathValue("id")
	return v.do(there("/macros?done=deleted"), func() (string, error) { return id, v.site.app.DropMacro(v.ctx(), v.actor, id, nil) })
}

func macroAudiences(v *visit) []choice {
	return choices(v, "macro.audience.", []string{wire.MacroCustomer, wire.MacroCompany, wire.MacroInternal}, "")
}

func macroAfters(v *visit) []choice {
	return append([]choice{{Text: v.T("macro.after.nothing")}}, choices(v, "macro.after.", []string{wire.MacroPropose, wire.MacroWait}, "")...)
}

// macroBlanks are what can be filled, each with what it stands for.
func macroBlanks() []string { return app.MacroBlanks }

// spokenIn are the languages in which a macro has words.
func spokenIn(v *visit, m wire.Macro) string {
	var out []string
	for _, lang := range i18n.Langs() {
		if m.Text[string(lang)] != "" {
			out = append(out, v.T("lang."+string(lang)))
		}
	}
	return v.p.List(out)
}

// macroCommand is what the palette presses in the composer.
func macroCommand(id string) string { return "macro-" + id }

func macroDoes(v *visit, id string) templ.Attributes {
	if !v.worksHere() {
		return nil
	}
	return templ.Attributes{"data-do": macroCommand(id)}
}

// loadMacros reads what can be filled in, and fills in the one that the address
// names. What stands there stays: the words come below those for the same
// readers; a draft for others is kept as it is.
func (w *caseView) loadMacros(v *visit) (err error) {
	if !w.mayWork(v) || !w.may("message") || !v.worksHere() {
		return nil
	}
	if w.macros, err = v.site.app.Macros(v.ctx(), v.actor); err != nil {
		return err
	}
	id := v.r.URL.Query().Get("macro")
	if id == "" {
		return nil
	}
	if w.filled, err = v.site.app.FillMacro(v.ctx(), v.actor, w.c.Number, id, v.lang()); err != nil {
		return err
	}
	w.to = w.filledFor(v)
	if w.draft != nil && w.draft.DraftKey == w.to {
		return nil
	}
	answers := w.answers
	w.open(w.to)
	if w.to.Answers > 0 {
		w.answers = answers
	}
	return nil
}

// filledFor is for whom a macro's words are: the customer, as an answer where one
// was begun that nobody else reads; the other company; the house. Where the wish
// cannot be had nobody outside is chosen.
func (w *caseView) filledFor(v *visit) app.DraftKey {
	to := w.filled.To
	switch {
	case w.filled.After == wire.MacroPropose && w.may("propose"):
		to = toPropose
	case to == wire.MacroCustomer:
		to = w.c.Customer.Company
	}
	if a := w.answers; a != nil && w.filled.After == "" && slices.Equal(w.outside(v, a.Audience), []string{to}) {
		return app.DraftKey{Audience: toReaders, Answers: a.N}
	}
	if !slices.ContainsFunc(w.audiences(v), func(a audience) bool { return a.Value == to }) {
		to = toInternal
	}
	return app.DraftKey{Audience: to}
}

// outside are the readers of an entry but the own company.
func (w *caseView) outside(v *visit, readers []string) []string {
	return slices.DeleteFunc(slices.Clone(readers), func(id string) bool { return id == v.actor.Company })
}

// composed is what stands in the composer when the page opens.
func (w *caseView) composed() string {
	typed := w.draftText()
	switch {
	case w.filled == nil || strings.Contains(typed, w.filled.Text):
		return typed
	case strings.TrimSpace(typed) == "":
		return w.filled.Text
	}
	return strings.TrimRight(typed, "\n") + "\n\n" + w.filled.Text
}

// waits tells whether the button that sends also waits for the answer.
func (w *caseView) waits() bool { return w.filled != nil && w.filled.After == wire.MacroWait }

// filledNotes are what its reader should know before the words go.
func (w *caseView) filledNotes(v *visit) (out []string) {
	f := w.filled
	if w.draftText() != "" {
		out = append(out, v.T("web.macros.below"))
	}
	if len(f.Unfilled) > 0 {
		blanks := make([]string, len(f.Unfilled))
		for i, name := range f.Unfilled {
			blanks[i] = "{{" + name + "}}"
		}
		out = append(out, v.T("web.macros.unfilled", "blanks", strings.Join(blanks, " ")))
	}
	if f.Lang != f.Wanted && v.p.Has("lang."+f.Wanted) {
		out = append(out, v.T("web.macros.other-language", "wanted", i18n.Key("lang."+f.Wanted), "lang", i18n.Key("lang."+f.Lang)))
	}
	switch {
	case f.To == "":
		out = append(out, v.T("web.macros.nobody"))
	case f.After == wire.MacroPropose && w.to.Audience != toPropose:
		out = append(out, v.T("web.macros.not-proposed"))
	case f.After != "":
		out = append(out, v.T("macro.after."+f.After))
	}
	return out
}
