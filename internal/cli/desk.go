package cli

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"switchboard/client"
	"switchboard/internal/fault"
	"switchboard/internal/text"
	"switchboard/wire"
)

type viewVerbs struct {
	List   viewList   `cmd:""`
	Save   viewSave   `cmd:""`
	Remove viewRemove `cmd:""`
}

type viewList struct{}

// Run lists the saved views: one's own, then those that the company shares.
func (v *viewList) Run(s *session) error {
	c, err := s.desk()
	if err != nil {
		return err
	}
	views, err := c.Views(s.ctx)
	if err != nil {
		return err
	}
	return listed(s, []string{"id", "name", "shared", "query"}, views)
}

type viewSave struct {
	Name   string   `arg:"" name:"name"`
	Query  []string `arg:"" name:"query"`
	Shared bool
	Place  int
}

// Run keeps a query under a name; a view that has it already gets the new query.
func (v *viewSave) Run(s *session) error {
	c, err := s.desk()
	if err != nil {
		return err
	}
	wish := wire.NewView{Name: v.Name, Query: strings.Join(v.Query, " "), Shared: v.Shared, Place: v.Place}
	id, err := s.viewOf(c, v.Name, func(known wire.SavedView) bool { return known.Shared == v.Shared })
	if fault.Is(err, fault.NotFound) {
		err = nil
	}
	if err != nil || s.g.DryRun {
		return err
	}
	var saved *wire.SavedView
	if id == "" {
		saved, err = c.SaveView(s.ctx, wish)
	} else {
		saved, err = c.ChangeView(s.ctx, id, wish, "")
	}
	if err != nil {
		return err
	}
	if s.wantsJSON() {
		return s.json(saved)
	}
	s.say("cli.view.saved", "name", saved.Name)
	_, err = fmt.Fprintln(s.Out, saved.ID)
	return err
}

// viewOf is the id of a view that is named by it, or by its name.
func (s *session) viewOf(c *client.Client, name string, fits func(wire.SavedView) bool) (string, error) {
	views, err := c.Views(s.ctx)
	if err != nil {
		return "", err
	}
	for _, v := range views {
		if v.ID == strings.TrimPrefix(name, wire.SavedViewPrefix) && fits(v) {
			return v.ID, nil
		}
	}
	for _, v := range views {
		if text.Fold(v.Name) == text.Fold(name) && fits(v) {
			return v.ID, nil
		}
	}
	return "", fault.New(fault.NotFound, "not-found.saved-view", "id", text.Typed(name))
}

type viewRemove struct {
	Name string `arg:"" name:"saved"`
}

// Run forgets a view; the cases in it stay as they are.
func (v *viewRemove) Run(s *session) error {
	c, err := s.desk()
	if err != nil {
		return err
	}
	id, err := s.viewOf(c, v.Name, func(wire.SavedView) bool { return true })
	if err != nil {
		return err
	}
	return s.forget(c, "views", id)
}

// forget asks, and removes what nobody else refers to.
func (s *session) forget(c *client.Client, noun, id string) error {
	if sure, err := s.sure("cli.remove-sure", "id", id); err != nil || !sure || s.g.DryRun {
		return err
	}
	if err := c.Delete(s.ctx, noun, id, ""); err != nil {
		return err
	}
	s.say("cli.removed", "id", id)
	return nil
}

type macroVerbs struct {
	List   macroList   `cmd:""`
	Show   macroShow   `cmd:""`
	Set    macroSet    `cmd:""`
	Remove macroRemove `cmd:""`
}

type macroList struct{}

// Run lists what the company often writes.
func (v *macroList) Run(s *session) error {
	c, err := s.desk()
	if err != nil {
		return err
	}
	macros, err := c.Macros(s.ctx)
	if err != nil {
		return err
	}
	rows := []map[string]any{}
	for _, m := range macros {
		rows = append(rows, map[string]any{"id": m.ID, "name": m.Name, "audience": m.Audience, "after": m.After, "languages": strings.Join(slices.Sorted(maps.Keys(m.Text)), ",")})
	}
	return s.rows([]string{"id", "name", "audience", "after", "languages"}, rows, "")
}

type macroShow struct {
	ID   string `arg:"" name:"macro"`
	Case string `placeholder:"NUMBER"`
}

// Run shows a macro, or with --case its words as they would be sent there. It
// sends nothing: the words are printed alone, for case reply to read.
func (v *macroShow) Run(s *session) error {
	c, err := s.desk()
	if err != nil {
		return err
	}
	if v.Case == "" {
		macro, _, err := client.Get[wire.Macro](s.ctx, c, "macros", v.ID)
		if err != nil {
			return err
		}
		return s.people(macro, func(w io.Writer) { s.showMacro(w, macro) })
	}
	filled, err := c.FillMacro(s.ctx, plainNumber(v.Case), v.ID)
	if err != nil {
		return err
	}
	if err := s.people(filled, func(w io.Writer) { fmt.Fprintln(w, linesOf(filled.Text)) }); err != nil {
		return err
	}
	if len(filled.Unfilled) > 0 {
		s.say("cli.macro.unfilled", "blanks", blanks(filled.Unfilled))
	}
	return nil
}

func blanks(names []string) string {
	out := make([]string, len(names))
	for i, name := range names {
		out[i] = "{{" + name + "}}"
	}
	return strings.Join(out, " ")
}

// linesOf are words of several lines without what steers a terminal.
func linesOf(words string) string {
	lines := strings.Split(words, "\n")
	for i, line := range lines {
		lines[i] = strings.Map(func(r rune) rune {
			if steers(r) {
				return -1
			}
			return r
		}, line)
	}
	return strings.Join(lines, "\n")
}

func (s *session) showMacro(w io.Writer, m *wire.Macro) {
	fmt.Fprintln(w, s.bold(oneLine(m.Name)))
	fmt.Fprintln(w, s.t("macro.audience."+m.Audience))
	if m.After != "" {
		fmt.Fprintln(w, s.t("macro.after."+m.After))
	}
	for _, lang := range slices.Sorted(maps.Keys(m.Text)) {
		fmt.Fprintf(w, "\n[%s]\n%s\n", oneLine(lang), linesOf(m.Text[lang]))
	}
}

type macroSet struct {
	ID       string `arg:"" name:"macro"`
	Title    *string
	Audience *string
	Then     *string
	Text     []string `sep:"none" placeholder:"LANG=TEXT"`
}

// Run makes a macro, or changes what is named of it. A text that begins with @ is
// read from a file.
func (v *macroSet) Run(s *session) error {
	c, err := s.desk()
	if err != nil {
		return err
	}
	macro, etag, err := client.Get[wire.Macro](s.ctx, c, "macros", v.ID)
	if err != nil && kindOf(err) == string(fault.NotFound) {
		macro, etag, err = &wire.Macro{ID: v.ID, Name: v.ID}, "", nil
	}
	if err != nil {
		return err
	}
	if err := v.lay(s, macro); err != nil || s.g.DryRun {
		return err
	}
	if _, err := c.Put(s.ctx, "macros", v.ID, macro, etag); err != nil {
		return err
	}
	s.say("cli.macro.saved", "name", macro.Name)
	return nil
}

// lay puts over a macro what was said.
func (v *macroSet) lay(s *session, m *wire.Macro) error {
	for _, part := range []struct{ said, into *string }{{v.Title, &m.Name}, {v.Audience, &m.Audience}, {v.Then, &m.After}} {
		if part.said != nil {
			*part.into = *part.said
		}
	}
	if m.After == "nothing" {
		m.After = ""
	}
	if m.Text == nil {
		m.Text = map[string]string{}
	}
	for _, said := range v.Text {
		lang, words, ok := strings.Cut(said, "=")
		if !ok {
			return misuse("cli.macro.text-form", "value", said)
		}
		if file, isFile := strings.CutPrefix(words, "@"); isFile {
			data, err := s.read(file)
			if err != nil {
				return err
			}
			words = string(data)
		}
		m.Text[lang] = words
	}
	return nil
}

type macroRemove struct {
	ID string `arg:"" name:"macro"`
}

// Run forgets a macro; what was written with it stays.
func (v *macroRemove) Run(s *session) error {
	c, err := s.desk()
	if err != nil {
		return err
	}
	return s.forget(c, "macros", v.ID)
}
