package app_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"switchboard/internal/access"
	"switchboard/internal/app"
	"switchboard/internal/directory"
	"switchboard/internal/fault"
	"switchboard/internal/i18n"
	"switchboard/internal/store"
	"switchboard/wire"
)

// view saves one for a person; the code of the refusal is "" when there is none.
func (w *world) view(person string, wish wire.NewView) (wire.SavedView, string) {
	w.t.Helper()
	v, _, err := w.SaveView(w.t.Context(), w.as(person), wish)
	return v, codeOf(err)
}

// codeOf is the code of a refusal, of its field where it names one.
func codeOf(err error) string {
	switch f := fault.Of(err); {
	case err == nil:
		return ""
	case len(f.Fields) > 0:
		return f.Fields[0].Path + " " + f.Fields[0].Code
	default:
		return f.Code
	}
}

// viewNames are the names that a person reads, in their order.
func (w *world) viewNames(person string) string {
	w.t.Helper()
	list, err := w.SavedViews(w.t.Context(), w.as(person))
	if err != nil {
		w.t.Fatal(err)
	}
	var out []string
	for _, v := range list {
		out = append(out, fmt.Sprintf("%s%d%v", v.Name, v.Place, v.Shared))
	}
	return strings.Join(out, " ")
}

// A view is its maker's alone until somebody who may shares it with the company;
// for everybody else there is none, whatever is tried on it.
func TestAViewIsItsMakersOrItsCompanys(t *testing.T) {
	eachWorld(t, func(t *testing.T, w *world) {
		mine, code := w.view("p-ken", wire.NewView{Name: "Late \u202ebackups\u200b", Query: "  is:late   offer:contoso-backup "})
		if code != "" || mine.Name != "Late backups" || mine.Query != "is:late offer:contoso-backup" || !mine.MayChange || mine.By != "p-ken" {
			t.Fatalf("%s %+v", code, mine)
		}
		shared, code := w.view("p-greta", wire.NewView{Name: "<b>All</b>", Shared: true})
		if code != "" || !shared.Shared || shared.Query != "" {
			t.Fatalf("%s %+v", code, shared)
		}
		for person, want := range map[string]string{"p-ken": "Late backups1false <b>All</b>1true", "p-hugo": "<b>All</b>1true", "p-fiona": "", "p-nora": ""} {
			if got := w.viewNames(person); got != want {
				t.Errorf("%s reads %q, want %q", person, got, want)
			}
		}
		if _, code := w.view("p-hugo", wire.NewView{Name: "x", Shared: true}); code != "denied.role" {
			t.Errorf("a helpdesk agent shares: %s", code)
		}
		for _, tc := range []struct{ person, id, code string }{
			{"p-greta", mine.ID, "not-found.saved-view"}, {"p-fiona", mine.ID, "not-found.saved-view"}, {"p-fiona", shared.ID, "not-found.saved-view"},
			{"p-hugo", shared.ID, "denied.role"}, {"p-hugo", "none", "not-found.saved-view"}, {"p-hugo", "", "not-found.saved-view"},
		} {
			actor := w.as(tc.person)
			_, _, err := w.ChangeView(t.Context(), actor, tc.id, wire.NewView{Name: "taken", Query: "is:open"}, nil)
			if dropped := w.DropView(t.Context(), actor, tc.id, nil); codeOf(err) != tc.code || codeOf(dropped) != tc.code {
				t.Errorf("%s on %s: %v, %v", tc.person, tc.id, err, dropped)
			}
			_, _, err = w.SavedView(t.Context(), actor, tc.id)
			if got := codeOf(err); got != tc.code && tc.code != "denied.role" {
				t.Errorf("%s reads %s: %v", tc.person, tc.id, err)
			}
		}
		if _, _, err := w.ChangeView(t.Context(), w.as("p-ken"), shared.ID, wire.NewView{Name: "mine", Query: ""}, nil); codeOf(err) != "view.not-yours" {
			t.Errorf("a colleague takes what is shared: %v", err)
		}
		program := w.as("p-ken")
		program.Person = ""
		if _, _, err := w.SaveView(t.Context(), program, wire.NewView{Name: "x"}); codeOf(err) != "view.no-person" {
			t.Errorf("a program has its own: %v", err)
		}
		if _, err := w.SavedViews(t.Context(), access.Actor{}); !fault.Is(err, fault.Denied) {
			t.Errorf("signed out: %v", err)
		}
	})
}

func TestWhatAViewCanBe(t *testing.T) {
	eachWorld(t, func(t *testing.T, w *world) {
		long := strings.Repeat("長", 60)
		for _, tc := range []struct {
			name, query, code string
		}{
			{"", "", "name field.required"}, {" \u200b\u202e ", "", "name field.required"}, {"a\x00b", "", "name field.nul"}, {"a\xff", "", "name field.utf8"},
			{long + "長", "", "name field.too-long"}, {strings.Repeat("x", 10_000), "", "name field.too-long"}, {long, "", ""},
			{"bad", "is:opne", "query query.unknown-word"}, {"worse", strings.Repeat("y", 1001), "query query.too-long"},
			{"quoted", `"due: tomorrow" -is:paused`, ""}, {"QUOTED", "is:open", "name view.name-taken"}, {"Ｑｕｏｔｅｄ", "is:open", "name view.name-taken"},
		} {
			_, code := w.view("p-ken", wire.NewView{Name: tc.name, Query: tc.query})
			if strings.HasPrefix(tc.code, "query ") && strings.HasPrefix(code, "query ") {
				continue // which code is the grammar's to say
			}
			if code != tc.code {
				t.Errorf("%.20q %.20q: %q, want %q", tc.name, tc.query, code, tc.code)
			}
		}
		for i := range 48 {
			if _, code := w.view("p-ken", wire.NewView{Name: fmt.Sprint("n", i)}); code != "" {
				t.Fatal(code)
			}
		}
		if _, code := w.view("p-ken", wire.NewView{Name: "one more"}); code != "view.too-many" {
			t.Errorf("the 51st: %q", code)
		}
		full, code := w.view("p-ken", wire.NewView{Name: "shared", Shared: true})
		if code != "" {
			t.Errorf("the company has room: %q", code)
		}
		if _, _, err := w.ChangeView(t.Context(), w.as("p-ken"), full.ID, wire.NewView{Name: "shared"}, nil); codeOf(err) != "view.too-many" {
			t.Errorf("taken back into a full list: %v", err)
		}
	})
}

// Views are moved within their list; a place that is none is the nearest. A change
// over something unread is refused.
func TestViewsAreArranged(t *testing.T) {
	eachWorld(t, func(t *testing.T, w *world) {
		ids, actor := map[string]string{}, w.as("p-ken")
		for _, name := range []string{"a", "b", "c"} {
			v, code := w.view("p-ken", wire.NewView{Name: name, Query: "is:open"})
			if ids[name] = v.ID; code != "" {
				t.Fatal(code)
			}
		}
		for _, tc := range []struct {
			name, want string
			wish       wire.NewView
		}{
			{"c", "c1false a2false b3false", wire.NewView{Name: "c", Query: "is:open", Place: 1}},
			{"c", "a1false c2false b3false", wire.NewView{Name: "c", Query: "is:open", Place: 2}},
			{"a", "c1false b2false a3false", wire.NewView{Name: "a", Query: "is:late", Place: 99}},
			{"b", "c1false B2false a3false", wire.NewView{Name: "B", Query: "is:open"}},
			{"c", "B1false a2false c1true", wire.NewView{Name: "c", Query: "is:open", Shared: true}},
			{"c", "B1false a2false c3false", wire.NewView{Name: "c", Query: "is:open"}},
		} {
			if _, _, err := w.ChangeView(t.Context(), actor, ids[tc.name], tc.wish, nil); err != nil {
				t.Fatal(err)
			}
			if got := w.viewNames("p-ken"); got != tc.want {
				t.Errorf("%s to %+v: %q, want %q", tc.name, tc.wish, got, tc.want)
			}
		}
		one := int64(1)
		_, _, err := w.ChangeView(t.Context(), actor, ids["c"], wire.NewView{Name: "x"}, &one)
		if dropped := w.DropView(t.Context(), actor, ids["c"], &one); !fault.Is(err, fault.Stale) || !fault.Is(dropped, fault.Stale) {
			t.Errorf("over something unread: %v, %v", err, dropped)
		}
		if err := w.DropView(t.Context(), actor, ids["a"], nil); err != nil || w.viewNames("p-ken") != "B1false c2false" {
			t.Errorf("deleted: %v, %s", err, w.viewNames("p-ken"))
		}
	})
}

// A saved view lists what its query finds, by its id or its name; one that the
// grammar does not read any more says so, and can still be renamed and deleted.
func TestASavedViewIsListed(t *testing.T) {
	eachWorld(t, func(t *testing.T, w *world) {
		c := w.hidden()
		view, code := w.view("p-fiona", wire.NewView{Name: "Flow", Query: "subject-of-ours flow"})
		if code != "" {
			t.Fatal(code)
		}
		if view, _, _ = w.ChangeView(t.Context(), w.as("p-fiona"), view.ID, wire.NewView{Name: "Flow", Query: "flow is:open"}, nil); view.Query != "flow is:open" {
			t.Fatalf("%+v", view)
		}
		list := func(person, name string) (int, string) {
			page, err := w.Cases(t.Context(), w.as(person), app.CaseFilter{View: name}, i18n.English)
			if len(page.Items) > 0 && page.Items[0].Number != c.Number {
				t.Errorf("%s finds %s", name, page.Items[0].Number)
			}
			return len(page.Items), codeOf(err)
		}
		for _, name := range []string{view.ID, "saved-" + view.ID, "Flow", "flow"} {
			if n, code := list("p-fiona", name); n != 1 || code != "" {
				t.Errorf("%s: %d cases, %q", name, n, code)
			}
		}
		for _, name := range []string{view.ID, "saved-" + view.ID, "Flow", "nothing"} {
			if _, code := list("p-omar", name); code != "not-found.view" {
				t.Errorf("another company lists %s: %q", name, code)
			}
		}
		err := w.store.InTx(t.Context(), func(tx *store.Tx) error {
			return tx.PutSavedView("fabrikam", store.SavedView{ID: view.ID, Person: "p-fiona", Place: 1, Version: 3, Name: "Flow", Query: "is:opne"})
		})
		if err != nil {
			t.Fatal(err)
		}
		if _, code := list("p-fiona", "Flow"); code == "" || code == "not-found.view" {
			t.Errorf("a query that is none: %q", code)
		}
		if v, _, err := w.ChangeView(t.Context(), w.as("p-fiona"), view.ID, wire.NewView{Name: "Old", Query: "is:opne"}, nil); err != nil || v.Name != "Old" {
			t.Errorf("it cannot be renamed: %v", err)
		}
		if err := w.DropView(t.Context(), w.as("p-fiona"), view.ID, nil); err != nil {
			t.Error(err)
		}
	})
}

// What was one person's goes with the person, by a deletion or an import; what is
// shared stays, and nobody inherits it. What a company had goes with it.
func TestViewsGoWithTheirPeople(t *testing.T) {
	eachWorld(t, func(t *testing.T, w *world) {
		for _, wish := range []wire.NewView{{Name: "own"}, {Name: "ours", Shared: true}} {
			if _, code := w.view("p-ken", wish); code != "" {
				t.Fatal(code)
			}
		}
		ken, version, err := w.Get(t.Context(), w.as("p-greta"), directory.People, "p-ken")
		if err == nil {
			err = w.Delete(t.Context(), local, directory.People, "p-ken", &version)
		}
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Put(t.Context(), local, ken, nil); err != nil {
			t.Fatal(err)
		}
		delete(w.actors, "p-ken")
		list, err := w.SavedViews(t.Context(), w.as("p-ken"))
		if err != nil || len(list) != 1 || list[0].Name != "ours" || list[0].By != "" {
			t.Errorf("who comes after reads %+v: %v", list, err)
		}
		if _, _, err := w.ChangeView(t.Context(), w.as("p-ken"), list[0].ID, wire.NewView{Name: "ours"}, nil); codeOf(err) != "view.not-yours" {
			t.Errorf("it is taken: %v", err)
		}
		if _, code := w.view("p-ken", wire.NewView{Name: "again"}); code != "" {
			t.Fatal(code)
		}
		text := w.export("yaml")
		w.must(w.take(strings.ReplaceAll(text, "p-ken", "p-other"), app.ImportOptions{Prune: true}))
		w.must(w.take(text, app.ImportOptions{Prune: true}))
		delete(w.actors, "p-ken")
		if got := w.viewNames("p-ken"); got != "ours1true" {
			t.Errorf("after an import: %q", got)
		}
	})
}

// What is shared stands in the company's log, what is one's own in nobody's.
func TestOnlySharedViewsAreLogged(t *testing.T) {
	eachWorld(t, func(t *testing.T, w *world) {
		own, _ := w.view("p-ken", wire.NewView{Name: "own"})
		ours, _ := w.view("p-ken", wire.NewView{Name: "ours", Shared: true})
		entries, _, err := w.AuditLog(t.Context(), w.as("p-greta"), "", 50)
		if err != nil {
			t.Fatal(err)
		}
		logged := func(id string) bool {
			return slices.ContainsFunc(entries, func(e app.Entry) bool { return e.ID == id && e.Act == "save-view" && e.Noun == "views" })
		}
		if logged(own.ID) || !logged(ours.ID) {
			t.Errorf("logged %v, %v", logged(own.ID), logged(ours.ID))
		}
	})
}
