package web

import (
	"cmp"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"switchboard/internal/app"
	"switchboard/internal/fault"
	"switchboard/wire"
)

// typedForm is a form of the case as it was typed, and what is wrong with it.
type typedForm struct {
	verb   string
	values url.Values
	fault  mistakes
}

// value is what stands in a field: as typed, else as it was.
func (w *caseView) value(verb, name, otherwise string) string {
	if w.form.verb == verb {
		return w.form.values.Get(verb + "." + name)
	}
	return otherwise
}

// filesAgain: files came with the form that came back, and it cannot hold them.
func (w *caseView) filesAgain() bool {
	return w.lostFiles || w.form.verb == "say" && w.form.values.Has("files")
}

// wrong are the mistakes of a form.
func (w *caseView) wrong(verb string) mistakes {
	if w.form.verb == verb {
		return w.form.fault
	}
	return mistakes{}
}

// act is a form of the case on its way to a use case.
type act struct {
	v      *visit
	verb   string
	number string
	values url.Values
	files  []app.Upload
}

func (a act) get(name string) string { return trimmed(a.values, a.verb+"."+name) }

// set gives a field that a change may name, nil when the form has none of it.
func (a act) set(name string) *string {
	if !a.values.Has(a.verb + "." + name) {
		return nil
	}
	value := a.get(name)
	return &value
}

// version is what its writer had read: a change that is made over something
// unread comes back (experience 4.1, rule 5).
func (a act) version() *int64 {
	n, err := strconv.ParseInt(a.values.Get("version"), 10, 64)
	if err != nil {
		n = -1 // no version: it comes back with what there is
	}
	return &n
}

// handoff is the id that the form names, of this case or none.
func (a act) handoff() string {
	if id := a.values.Get("handoff"); strings.HasPrefix(id, a.number+"-") {
		return id
	}
	return a.number
}

// time reads a local time of the page's zone.
func (a act) time(name string) (*time.Time, error) {
	text := a.get(name)
	if text == "" {
		return nil, nil
	}
	t, err := time.ParseInLocation("2006-01-02T15:04", text, a.v.clock())
	if err != nil {
		return nil, fault.New(fault.Invalid, "fields.invalid").At(name, "web.case.not-a-time")
	}
	return &t, nil
}

// numbers are the company's own numbers of the messages that were ticked.
func (a act) numbers(name string) (out []int64) {
	for _, text := range a.values[a.verb+"."+name] {
		if n, err := strconv.ParseInt(text, 10, 64); err == nil {
			out = append(out, n)
		}
	}
	return out
}

// actOnCase runs the form of a verb and comes back to its page. One that is
// refused comes back as it was typed, with what was written meanwhile.
func actOnCase(v *visit) error {
	a := act{v: v, verb: v.r.PathValue("verb"), number: v.r.PathValue("n")}
	run := caseActs[a.verb]
	if run == nil {
		return missing(v)
	}
	p, err := v.parcel(a.number, a.verb == "say")
	if err != nil {
		return err
	}
	a.values, a.files = p.Values, p.files
	page, err := a.goesTo()
	if err != nil {
		return err
	}
	err = v.deliver(p, page, func() (string, error) {
		c, err := run(a)
		if err != nil {
			return "", err
		}
		p.sent = a.done() == a.verb // a draft is of words alone
		return c.Number, nil
	})
	wrong, again := rejected(err)
	if !again {
		return err
	}
	return v.comeBack(a, wrong, casePage)
}

// page is where the reader goes on: where the form was, which may be beside a
// list.
func (a act) page(string) string {
	u, _ := a.back()
	q := u.Query()
	for _, name := range []string{"answer", "draft", "files", "of", "to"} {
		q.Del(name)
	}
	q.Set("done", a.done())
	if a.done() == "kept" {
		q.Set("draft", draftName(a.key()))
		if len(a.files) > 0 {
			q.Set("files", "again")
		}
	}
	u.RawQuery, u.Fragment = q.Encode(), ""
	return u.String()
}

// atFields puts what a use case says of its own fields at those of the form.
func (a act) atFields(m mistakes) mistakes {
	f := *m.fault
	f.Fields = slices.Clone(f.Fields)
	if name, ok := f.Args["field"].(string); ok && len(f.Fields) == 0 {
		switch f.Code {
		case "invalid.required":
			f.Code, f.Fields = "fields.invalid", []fault.Field{{Path: name, Code: "web.case.needed"}}
		case "invalid.past":
			f.Code, f.Fields = "fields.invalid", []fault.Field{{Path: name, Code: "web.case.past"}}
		}
	}
	for i := range f.Fields {
		path, _, _ := strings.Cut(f.Fields[i].Path, "[") // of a list that is typed in one field
		f.Fields[i].Path = a.verb + "." + cmp.Or(fieldNames[a.verb+"."+path], path)
	}
	return mistakes{&f}
}

// fieldNames are fields that the protocol calls otherwise than the form.
var fieldNames = map[string]string{"give-back.done": "text", "give-back.summary": "text", "ask.questions": "question", "ask.questions[0]": "question", "hold.until": "until", "change.topic": "topic"}

// comeBack shows the case again with the form as it was typed.
func (v *visit) comeBack(a act, wrong mistakes, page casePageOf) error {
	kept, err := a.keepRefused()
	if err != nil {
		return err
	}
	view, err := v.caseView(a.number)
	if err != nil {
		return err
	}
	a.stays(view)
	if a.verb == "say" {
		view.open(kept)
	}
	view.form = typedForm{a.verb, a.values, a.atFields(wrong)}
	if n, err := strconv.ParseInt(a.values.Get("say.answers"), 10, 64); err == nil {
		view.answers = view.line(n)
	}
	view.came = nil
	if read := *a.version(); wrong.fault.Kind == fault.Stale && read >= 0 {
		view.came = slices.DeleteFunc(slices.Clone(view.lines), func(e wire.CaseEvent) bool { return e.N <= read })
	}
	return v.page(wire.Status(string(wrong.fault.Kind)), page(v, view))
}
