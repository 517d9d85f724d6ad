package web

import (
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/a-h/templ"

	"switchboard/internal/app"
	"switchboard/internal/directory"
	"switchboard/internal/fault"
	"switchboard/wire"
)

// intakeRow is a topic and the form by which the reader's company takes its cases.
type intakeRow struct {
	topic string
	form  *wire.IntakeForm // nil = none of its own
}

// intakeForms lists the forms of the reader's company: that for all topics, then
// those of single topics.
func intakeForms(v *visit) error {
	if v.actor.Company == "" {
		return fault.New(fault.Denied, "case.no-company")
	}
	forms, err := v.site.app.IntakeForms(v.ctx(), v.actor, app.IntakeFilter{})
	if err != nil {
		return err
	}
	rows := []intakeRow{{topic: wire.AllTopics}}
	for _, topic := range wire.Topics() {
		rows = append(rows, intakeRow{topic: topic})
	}
	for i := range forms {
		at := slices.IndexFunc(rows, func(r intakeRow) bool { return r.topic == forms[i].Topic })
		rows[at].form = &forms[i]
	}
	rows = slices.DeleteFunc(rows, func(r intakeRow) bool { return r.form == nil && r.topic != wire.AllTopics })
	return v.ok(intakePage(v, rows))
}

// intakeView is one form: to be changed, as its senders see it, and how it came
// to be so.
type intakeView struct {
	topic   string
	form    wire.IntakeForm // as it is typed
	history []wire.IntakeForm
	old     bool // an earlier version, to be read
	after   int  // the version that it was made of
	done    bool
	changed bool // by somebody else meanwhile; what stands here are the reader's words
	fault   mistakes
	book    *nameBook
}

func intakeForm(v *visit) error {
	view, err := v.intakeView()
	if err != nil {
		return err
	}
	view.done = v.r.URL.Query().Get("done") == "saved"
	if number := v.r.URL.Query().Get("version"); number != "" {
		at := slices.IndexFunc(view.history, func(f wire.IntakeForm) bool { return itoa(f.Version) == number })
		if at < 0 {
			return missing(v)
		}
		view.old, view.form = at > 0, view.history[at]
	}
	return v.ok(intakeFormPage(v, view))
}

func (v *visit) intakeView() (*intakeView, error) {
	topic := v.r.PathValue("topic")
	if topic != wire.AllTopics && !slices.Contains(wire.Topics(), topic) {
		return nil, fault.New(fault.NotFound, "web.not-found")
	}
	if v.actor.Company == "" {
		return nil, fault.New(fault.Denied, "case.no-company")
	}
	history, err := v.site.app.IntakeForms(v.ctx(), v.actor, app.IntakeFilter{Topic: topic, History: true})
	if err != nil {
		return nil, err
	}
	view := &intakeView{topic: topic, form: wire.IntakeForm{Company: v.actor.Company, Topic: topic}, history: history, book: newNameBook(v)}
	if len(history) > 0 {
		view.form, view.after = history[0], history[0].Version
	}
	return view, nil
}

// saveIntake saves the form, or shows it again with what one of its buttons did.
func saveIntake(v *visit) error {
	form, err := v.form()
	if err != nil {
		return err
	}
	view, err := v.intakeView()
	if err != nil {
		return err
	}
	now := view.after
	view.form.Fields, view.form.Complete = readIntake(form), form.Get("complete") != ""
	if view.after, err = strconv.Atoi(form.Get("after")); err != nil {
		return fault.New(fault.Invalid, "web.form.unreadable")
	}
	if do := form.Get("do"); do != "save" {
		view.form.Fields = moved(view.form.Fields, do)
		return v.ok(intakeFormPage(v, view))
	}
	err = v.do(there("/intake/"+view.topic+"?done=saved"), func() (string, error) {
		n := wire.NewIntake{Topic: view.topic, After: &view.after, Fields: filledRows(view.form.Fields), Complete: view.form.Complete}
		saved, err := v.site.app.SaveIntake(v.ctx(), v.actor, n)
		if err != nil {
			return "", err
		}
		_, id := directory.Identify(saved)
		return id, nil
	})
	wrong, again := rejected(err)
	if !again {
		return err
	}
	view.fault = wrong
	if wrong.fault.Kind == fault.Stale {
		view.after, view.changed = now, true // saving again means these words
	}
	return v.page(wire.Status(string(wrong.fault.Kind)), intakeFormPage(v, view))
}

// readIntake are the facts as they were typed, in their order.
func readIntake(form url.Values) (out []wire.FormField) {
	for i := range rows(form, "fields") {
		at := rowOf(i) + "."
		f := wire.FormField{ID: form.Get(at + "id"), Label: typedText(form, at+"label"), Help: typedText(form, at+"help"), Kind: form.Get(at + "kind"), Required: form.Get(at+"need") == "needed"}
		if f.Kind == wire.FactChoice {
			f.Choices = readChoices(form.Get(at + "choices"))
		}
		out = append(out, f)
	}
	return out
}

func typedText(form url.Values, name string) wire.Text {
	out := wire.Text{}
	for _, lang := range wire.Languages() {
		if words := trimmed(form, name+"."+lang); words != "" {
			out[lang] = words
		}
	}
	if len(out) == 0 {
		return nil
	}
	return out
}

// readChoices are one on a line; what it is called in other languages stands
// behind bars, and the id of one that is there already before a colon.
func readChoices(typed string) (out []wire.FormChoice) {
	for _, line := range eachLine(typed) {
		choice := wire.FormChoice{Label: wire.Text{}}
		if id, rest, found := strings.Cut(line, ": "); found && !strings.ContainsAny(id, " |") {
			choice.ID, line = id, rest
		}
		for i, words := range strings.Split(line, "|") {
			if words = strings.TrimSpace(words); words != "" && i < len(wire.Languages()) {
				choice.Label[wire.Languages()[i]] = words
			}
		}
		out = append(out, choice)
	}
	return out
}

// choiceLines write choices as they are typed.
func choiceLines(choices []wire.FormChoice) string {
	var out []string
	for _, choice := range choices {
		words := make([]string, len(wire.Languages()))
		for i, lang := range wire.Languages() {
			words[i] = choice.Label[lang]
		}
		if words[0] == "" {
			words[0] = choice.Label[""]
		}
		line := strings.TrimRight(strings.Join(words, " | "), " |")
		if choice.ID != "" {
			line = choice.ID + ": " + line
		}
		out = append(out, line)
	}
	return strings.Join(out, "\n")
}

// moved is the list after a button: "add", "up-2", "down-2", "remove-2".
func moved(fields []wire.FormField, do string) []wire.FormField {
	act, number, _ := strings.Cut(do, "-")
	i, err := strconv.Atoi(number)
	switch {
	case act == "add":
		return append(fields, wire.FormField{})
	case err != nil || i < 0 || i >= len(fields):
	case act == "remove":
		return slices.Delete(fields, i, i+1)
	case act == "up" && i > 0:
		fields[i-1], fields[i] = fields[i], fields[i-1]
	case act == "down" && i+1 < len(fields):
		fields[i+1], fields[i] = fields[i], fields[i+1]
	}
	return fields
}

// filledRows leaves out the rows in which nothing was typed, of which one stands
// open for whoever wants to add a fact.
func filledRows(fields []wire.FormField) []wire.FormField {
	out := []wire.FormField{}
	for _, f := range fields {
		if f.ID != "" || len(f.Label) > 0 || len(f.Help) > 0 || len(f.Choices) > 0 {
			out = append(out, f)
		}
	}
	return out
}

// labelIn is what stands in the field of a language; a text without a language
// stands in the first.
func labelIn(t wire.Text, lang string) string {
	if words := t[lang]; words != "" || lang != wire.Languages()[0] {
		return words
	}
	return t[""]
}

// intakeTopic is what a topic of a form is called.
func intakeTopic(v *visit, topic string) string {
	if topic == wire.AllTopics {
		return v.T("intake.all-topics")
	}
	return v.T("topic." + topic)
}

// freeTopics are those that have no form yet.
func freeTopics(v *visit, rows []intakeRow) []choice {
	topics := slices.DeleteFunc(wire.Topics(), func(topic string) bool {
		return slices.ContainsFunc(rows, func(r intakeRow) bool { return r.topic == topic })
	})
	return choices(v, "topic.", topics, "")
}

// savedBy says who saved a version and when.
func (w *intakeView) savedBy(v *visit, f wire.IntakeForm) templ.Component {
	args := []any{"n", f.Version, "time", nil, "person", nil}
	if at, err := time.Parse(time.RFC3339, f.At); err == nil {
		args = append(args, "time", v.stamp(at))
	}
	if f.By != "" {
		name, _ := w.book.look(directory.People, f.By).In(string(v.lang()))
		args = append(args, "person", wire.Party{Name: name, Lang: scriptOf(name, string(v.lang()))})
	}
	return say(v, "web.intake.version", args...)
}

// needed is how many facts of a form are needed.
func needed(f *wire.IntakeForm) int {
	_, n := directory.Missing(f.Fields, nil)
	return n
}

// rowOf is the path of a fact in the form, and in what the check says of it.
func rowOf(i int) string { return "fields[" + itoa(i) + "]" }

func kindOf(f wire.FormField) string { return directory.FactKind(&f) }

func needOf(f wire.FormField) string {
	if f.Required {
		return "needed"
	}
	return "welcome"
}

// opensMore: what is rarely needed stands open where something is in it, or wrong.
func opensMore(w *intakeView, i int) bool {
	f := w.form.Fields[i]
	return f.Kind == wire.FactChoice || len(f.Help) > 0 || w.fault.wrong(rowOf(i)+".choices")
}

// newIntake leads to the form of the topic that was chosen.
func newIntake(v *visit) error {
	topic := v.r.URL.Query().Get("topic")
	if !slices.Contains(wire.Topics(), topic) {
		topic = ""
	}
	return v.redirect("/intake/" + topic)
}

// factControl is how a fact of a form is asked for.
type factControl struct {
	field
	kind    string
	options []choice
}

// control of a fact, with what was given.
func control(v *visit, prefix string, f wire.FormField, given string, hold bool) factControl {
	c := factControl{field: field{Name: prefix + f.ID, Label: orText(inLang(v, f.Label), f.ID), Value: given, Required: f.Required && hold, Area: true}, kind: directory.FactKind(&f)}
	c.Hint = v.T("intake.welcome")
	if f.Required {
		c.Hint = v.T("intake.needed-fact")
	}
	if help := inLang(v, f.Help); help != "" {
		c.Hint = v.T("web.intake.hint", "need", c.Hint, "help", help)
	}
	switch c.kind {
	case wire.FactDate:
		c.Area, c.Type = false, "date"
	case wire.FactYesNo:
		c.options = choices(v, "intake.value.", []string{"", wire.Yes, wire.No}, "intake.value.none")
	case wire.FactChoice:
		c.options = []choice{{Text: v.T("intake.value.none")}}
		for _, o := range f.Choices {
			label := orText(inLang(v, o.Label), o.ID)
			c.options = append(c.options, choice{o.ID, label, scriptOf(label, string(v.lang()))})
		}
	}
	return c
}

// factSaid is a fact of a package in words: what it is called and its value, by
// the form under which it was given.
func factSaid(v *visit, form *wire.FilledForm, id, value string) detail {
	out := detail{id, value, textLang(value)}
	if form == nil {
		return out
	}
	for i := range form.Fields {
		f := &form.Fields[i]
		if f.ID != id {
			continue
		}
		out.Name = orText(inLang(v, f.Label), id)
		out.Value, out.Lang = valueSaid(v, f, value)
	}
	return out
}

func valueSaid(v *visit, f *wire.FormField, value string) (said, lang string) {
	switch directory.FactKind(f) {
	case wire.FactYesNo:
		return v.T("intake.value." + value), ""
	case wire.FactDate:
		return v.day(value), ""
	case wire.FactChoice:
		for _, o := range f.Choices {
			if label := inLang(v, o.Label); o.ID == value && label != "" {
				return label, scriptOf(label, string(v.lang()))
			}
		}
	}
	return value, textLang(value)
}

// factIDs are the facts of a package in the order of its form; then what is in
// none.
func factIDs(p *wire.Package) (out []string) {
	if p.Form != nil {
		for _, f := range p.Form.Fields {
			if p.Facts[f.ID] != "" {
				out = append(out, f.ID)
			}
		}
	}
	var others []string
	for id := range p.Facts {
		if !slices.Contains(out, id) {
			others = append(others, id)
		}
	}
	slices.Sort(others)
	return append(out, others...)
}

// scoreSaid is how complete a package is, in words.
func scoreSaid(v *visit, fields []wire.FormField, given map[string]string) string {
	lacks, needed := directory.Missing(fields, given)
	if needed == 0 {
		return v.T("web.intake.none-needed")
	}
	out := v.T("intake.score", "given", needed-len(lacks), "n", needed)
	if len(lacks) == 0 {
		return out
	}
	names := make([]string, len(lacks))
	for i, id := range lacks {
		at := slices.IndexFunc(fields, func(f wire.FormField) bool { return f.ID == id })
		names[i] = orText(inLang(v, fields[at].Label), id)
	}
	return v.T("web.intake.lacks", "score", out, "facts", v.p.List(names))
}

// answered are what already answers the question of a form that came back.
func (e mistakes) answered() []wire.KnownAnswer {
	if e.fault == nil {
		return nil
	}
	known, _ := e.fault.Args["answered"].([]wire.KnownAnswer)
	return known
}

// canInsist tells whether the question can be asked all the same.
func (e mistakes) canInsist() bool {
	return slices.ContainsFunc(e.answered(), func(k wire.KnownAnswer) bool { return !k.Final })
}

// heldOf is what a case holds for a fact.
func heldOf(held []wire.HeldFact, id string) (wire.HeldFact, bool) {
	at := slices.IndexFunc(held, func(h wire.HeldFact) bool { return h.Field == id })
	if at < 0 {
		return wire.HeldFact{}, false
	}
	return held[at], true
}
