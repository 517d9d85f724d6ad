package app

import (
	"context"
	"maps"
	"regexp"
	"slices"
	"strings"

	"switchboard/internal/access"
	"switchboard/internal/directory"
	"switchboard/internal/fault"
	"switchboard/internal/i18n"
	"switchboard/internal/store"
	"switchboard/internal/text"
	"switchboard/wire"
)

const (
	mostMacros = 200

	macros directory.Noun = "macros"
)

// MacroBlanks are what a macro can leave to be filled.
var MacroBlanks = []string{"customer", "person", "case", "offer", "company", "me"}

// Macros lists those of the actor's company by name.
func (a *App) Macros(ctx context.Context, actor access.Actor) (out []wire.Macro, err error) {
	if err := mayWork(actor, access.WorkCases); err != nil {
		return nil, err
	}
	list, err := a.macrosOf(ctx, actor.Company)
	for _, m := range list {
		out = append(out, shownMacro(m))
	}
	slices.SortStableFunc(out, func(a, b wire.Macro) int { return strings.Compare(text.Fold(a.Name), text.Fold(b.Name)) })
	return out, err
}

func (a *App) macrosOf(ctx context.Context, company string) (list []store.Macro, err error) {
	err = a.store.View(ctx, func(tx *store.Tx) error {
		list, err = tx.Macros(company)
		return err
	})
	return list, err
}

func shownMacro(m store.Macro) wire.Macro {
	return wire.Macro{ID: m.ID, Name: m.Name, Audience: m.Audience, After: m.After, Text: m.Text, Version: m.Version}
}

// Macro gives one of them and its version.
func (a *App) Macro(ctx context.Context, actor access.Actor, id string) (wire.Macro, int64, error) {
	if err := mayWork(actor, access.WorkCases); err != nil {
		return wire.Macro{}, 0, err
	}
	list, err := a.macrosOf(ctx, actor.Company)
	if err != nil {
		return wire.Macro{}, 0, err
	}
	was, found := macroIn(list, id)
	if !found {
		return wire.Macro{}, 0, noMacro(id)
	}
	return shownMacro(was), was.Version, nil
}

func macroIn(list []store.Macro, id string) (store.Macro, bool) {
	at := slices.IndexFunc(list, func(m store.Macro) bool { return m.ID == id })
	if at < 0 {
		return store.Macro{}, false
	}
	return list[at], true
}

func noMacro(id string) error {
	return fault.New(fault.NotFound, "not-found.macro", "id", text.Typed(id))
}

// macroID is what a macro can be called in an address.
var macroID = regexp.MustCompile(`^[a-z0-9][a-z0-9-]{0,39}$`)

// PutMacro keeps a macro of the actor's company; one without an id is new and gets
// one. ifVersion as in Put.
func (a *App) PutMacro(ctx context.Context, actor access.Actor, m wire.Macro, ifVersion *int64) (wire.Macro, int64, error) {
	if err := mayArrange(actor); err != nil {
		return m, 0, err
	}
	if err := cleanMacro(&m); err != nil {
		return m, 0, err
	}
	if m.ID == "" {
		m.ID = drawnID()
	}
	var version int64
	err := a.store.InTx(ctx, func(tx *store.Tx) error {
		list, err := tx.Macros(actor.Company)
		if err != nil {
			return err
		}
		was, err := changingMacro(list, m.ID, ifVersion)
		if err != nil {
			return err
		}
		if err := roomFor(list, m, was.Version == 0); err != nil {
			return err
		}
		version = was.Version + 1
		if err := tx.PutMacro(actor.Company, store.Macro{ID: m.ID, Name: m.Name, Audience: m.Audience, After: m.After, Text: m.Text, Version: version}); err != nil {
			return err
		}
		return audit(tx, actor, "save-macro", macros, m.ID)
	}, store.Serializable)
	m.Version = version
	return m, version, err
}

// mayArrange: macros are a company's, and written by those who arrange its desk.
func mayArrange(actor access.Actor) error {
	if err := mayWork(actor, access.WorkCases); err != nil {
		return err
	}
	return access.Need(actor, access.ArrangeDesk)
}

func changingMacro(list []store.Macro, id string, ifVersion *int64) (store.Macro, error) {
	was, found := macroIn(list, id)
	switch {
	case ifVersion == nil || *ifVersion == was.Version:
		return was, nil
	case !found:
		return was, noMacro(id)
	}
	return was, fault.New(fault.Stale, "stale", "noun", string(macros), "id", id, "version", was.Version)
}

func roomFor(list []store.Macro, m wire.Macro, isNew bool) error {
	if isNew && len(list) >= mostMacros {
		return fault.New(fault.Conflict, "macro.too-many", "most", mostMacros)
	}
	for _, other := range list {
		if other.ID != m.ID && text.Fold(other.Name) == text.Fold(m.Name) {
			return fault.New(fault.Invalid, "fields.invalid").At("name", "macro.name-taken", "name", m.Name)
		}
	}
	return nil
}

// cleanMacro: a name, for whom, and words in one language at least, in which
// nothing is to be filled that nobody can fill.
func cleanMacro(m *wire.Macro) error {
	if m.ID != "" && !macroID.MatchString(m.ID) {
		return fault.New(fault.Invalid, "fields.invalid").At("id", "macro.id-invalid", "value", text.Typed(m.ID))
	}
	if err := cleanName("name", &m.Name); err != nil {
		return err
	}
	if err := macroUse(m); err != nil {
		return err
	}
	words, wrong := map[string]string{}, fault.New(fault.Invalid, "fields.invalid")
	for _, lang := range slices.Sorted(maps.Keys(m.Text)) {
		known, ok := i18n.Parse(lang)
		if !ok {
			return wrong.At("text."+text.Typed(lang), "field.choice", "value", text.Typed(lang), "choices", languages())
		}
		field, s := "text."+string(known), m.Text[lang]
		if err := clean(field, &s, mostText); err != nil {
			return err
		}
		if s = strings.TrimSpace(s); s == "" {
			continue
		}
		checkBlanks(wrong, field, s)
		words[string(known)] = s
	}
	if len(words) == 0 {
		wrong.At("text."+string(i18n.English), "macro.no-text")
	}
	if len(wrong.Fields) > 0 {
		return wrong
	}
	m.Text = words
	return nil
}

func languages() (out []string) {
	for _, lang := range i18n.Langs() {
		out = append(out, string(lang))
	}
	return out
}

// macroUse: a solution is proposed to, and an answer waited for from, the customer.
func macroUse(m *wire.Macro) error {
	wrong := fault.New(fault.Invalid, "fields.invalid")
	audiences := []string{wire.MacroCustomer, wire.MacroCompany, wire.MacroInternal}
	afterwards := []string{wire.MacroPropose, wire.MacroWait}
	switch {
	case m.Audience == "":
		return wrong.At("audience", "field.required")
	case !slices.Contains(audiences, m.Audience):
		return wrong.At("audience", "field.choice", "value", text.Typed(m.Audience), "choices", audiences)
	case m.After != "" && !slices.Contains(afterwards, m.After):
		return wrong.At("after", "field.choice", "value", text.Typed(m.After), "choices", afterwards)
	case m.After != "" && m.Audience != wire.MacroCustomer:
		return wrong.At("after", "macro.after-needs-customer")
	}
	return nil
}

func checkBlanks(wrong *fault.Error, field, words string) {
	for _, b := range text.Blanks(words) {
		if slices.Contains(MacroBlanks, b.Name) {
			continue
		}
		near, _ := text.Nearest(b.Name, MacroBlanks)
		known := make([]string, len(MacroBlanks))
		for i, name := range MacroBlanks {
			known[i] = "{{" + name + "}}"
		}
		wrong.At(field, "macro.unknown-blank", "blank", "{{"+text.Typed(b.Name)+"}}", "nearest", near, "known", strings.Join(known, ", "))
		return
	}
}

// DropMacro forgets a macro; ifVersion as in Put.
func (a *App) DropMacro(ctx context.Context, actor access.Actor, id string, ifVersion *int64) error {
	if err := mayArrange(actor); err != nil {
		return err
	}
	return a.store.InTx(ctx, func(tx *store.Tx) error {
		list, err := tx.Macros(actor.Company)
		if err != nil {
			return err
		}
		if _, found := macroIn(list, id); !found {
			return noMacro(id)
		}
		if _, err := changingMacro(list, id, ifVersion); err != nil {
			return err
		}
		if err := tx.DropMacro(actor.Company, id); err != nil {
			return err
		}
		return audit(tx, actor, "remove-macro", macros, id)
	}, store.Serializable)
}

// FillMacro writes a macro as it would stand in the composer of a case: in the
// customer's language, else in the company's first, with what the actor may see
// of the case. Nothing is sent.
func (a *App) FillMacro(ctx context.Context, actor access.Actor, number, id string, lang i18n.Lang) (*wire.FilledMacro, error) {
	m, _, err := a.Macro(ctx, actor, id)
	if err != nil {
		return nil, err
	}
	c, err := a.Case(ctx, actor, number, lang)
	if err != nil {
		return nil, err
	}
	if err := access.NeedOn(actor, access.WorkCases, c.Number, c.Topic); err != nil {
		return nil, err
	}
	out := &wire.FilledMacro{ID: m.ID, Name: m.Name, After: m.After, To: macroTo(m.Audience, c, actor.Company), Wanted: c.Lang, Unfilled: []string{}}
	if out.Lang, err = a.macroLang(ctx, actor, m, c.Lang); err != nil {
		return nil, err
	}
	if c, err = a.Case(ctx, actor, number, i18n.Lang(out.Lang)); err != nil { // names in the language of the words
		return nil, err
	}
	known, err := a.blanksOf(ctx, actor, c, i18n.Lang(out.Lang))
	if err != nil {
		return nil, err
	}
	out.Text = text.Fill(m.Text[out.Lang], func(name string) (string, bool) { return known[name], known[name] != "" })
	for _, b := range text.Blanks(m.Text[out.Lang]) {
		if known[b.Name] == "" && !slices.Contains(out.Unfilled, b.Name) {
			out.Unfilled = append(out.Unfilled, b.Name)
		}
	}
	return out, nil
}

// macroTo is whom a macro would be written to on a case: of the other companies
// the one whose turn it is, else the first.
func macroTo(audience string, c *wire.Case, own string) string {
	if audience != wire.MacroCompany {
		return audience
	}
	first := ""
	for _, p := range c.Companies {
		switch {
		case p.Left || p.Company == own || p.Company == c.Customer.Company:
		case c.With != nil && c.With.Company == p.Company:
			return p.Company
		case first == "":
			first = p.Company
		}
	}
	return first
}

// macroLang is the language that a macro is written in for a reader.
func (a *App) macroLang(ctx context.Context, actor access.Actor, m wire.Macro, wanted string) (string, error) {
	company, err := a.ownCompany(ctx, actor)
	if err != nil {
		return "", err
	}
	tries := append([]string{wanted, company.Locale}, languages()...)
	if company.Support != nil {
		tries = append([]string{wanted, company.Locale}, append(company.Support.Languages, languages()...)...)
	}
	for _, lang := range tries {
		if known, ok := i18n.Parse(lang); ok && m.Text[string(known)] != "" {
			return string(known), nil
		}
	}
	return "", noMacro(m.ID)
}

func (a *App) ownCompany(ctx context.Context, actor access.Actor) (*wire.Company, error) {
	object, _, err := a.Get(ctx, actor, directory.Companies, actor.Company)
	if err != nil {
		return nil, err
	}
	return object.(*wire.Company), nil
}

// anID looks like the id of a person, which is no name to greet with.
var anID = regexp.MustCompile(`^[a-z0-9][a-z0-9._@+~=:-]*$`)

// blanksOf is what stands in the place of each blank, as far as the actor may know
// it: who asked is called as somebody of the own company, as was written down, or
// as a line of the case is signed.
func (a *App) blanksOf(ctx context.Context, actor access.Actor, c *wire.Case, lang i18n.Lang) (map[string]string, error) {
	own, err := a.ownCompany(ctx, actor)
	if err != nil {
		return nil, err
	}
	out := map[string]string{"customer": c.Customer.Name, "case": c.Number}
	out["company"], _ = own.Name.In(string(lang))
	if out["offer"], err = a.nameFor(ctx, actor, directory.Offers, c.Offer, lang); err != nil {
		return nil, err
	}
	if out["me"], err = a.nameFor(ctx, actor, directory.People, actor.Person, lang); err != nil {
		return nil, err
	}
	if out["person"], err = a.nameFor(ctx, actor, directory.People, c.Requester, lang); err != nil {
		return nil, err
	}
	switch {
	case out["person"] != "" || c.Requester == "":
	case !anID.MatchString(c.Requester):
		out["person"] = c.Requester
	default:
		out["person"], err = a.signedAs(ctx, actor, c, lang)
	}
	return out, err
}

// signedAs is what the requester is called on the lines that the actor reads; "" =
// none of them says so.
func (a *App) signedAs(ctx context.Context, actor access.Actor, c *wire.Case, lang i18n.Lang) (string, error) {
	lines, err := a.Timeline(ctx, actor, c.Number, 0, lang)
	for _, l := range lines {
		if l.Person == c.Requester && l.PersonName != "" {
			return l.PersonName, err
		}
	}
	return "", err
}

// nameFor is the name of what the actor may see; "" for everything else.
func (a *App) nameFor(ctx context.Context, actor access.Actor, noun directory.Noun, id string, lang i18n.Lang) (string, error) {
	if id == "" {
		return "", nil
	}
	object, _, err := a.Get(ctx, actor, noun, id)
	switch {
	case fault.Is(err, fault.NotFound), fault.Is(err, fault.Denied):
		return "", nil
	case err != nil:
		return "", err
	}
	switch o := object.(type) {
	case *wire.Offer:
		name, _ := o.Name.In(string(lang))
		return name, nil
	case *wire.Person:
		return o.Name, nil
	}
	return "", nil
}
