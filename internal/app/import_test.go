package app_test

import (
	"bytes"
	"errors"
	"io"
	"os"
	"strings"
	"testing"

	"switchboard/internal/app"
	"switchboard/internal/demo"
	"switchboard/internal/directory"
	"switchboard/internal/fault"
	"switchboard/internal/worldfile"
	"switchboard/wire"
)

func total(report *wire.ImportReport) (sum wire.ImportCount) {
	for _, n := range report.Plan {
		sum.Create, sum.Change, sum.Unchanged, sum.Remove = sum.Create+n.Create, sum.Change+n.Change, sum.Unchanged+n.Unchanged, sum.Remove+n.Remove
	}
	return sum
}

// rowsOf counts the objects of a world by reading it on its own.
func rowsOf(t *testing.T, text string) (n int) {
	t.Helper()
	err := worldfile.Read(strings.NewReader(text), "world.yaml", func(worldfile.Row) error {
		n++
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func TestSecondImportChangesNothing(t *testing.T) {
	eachEmpty(t, func(t *testing.T, w *world) {
		world := string(demo.World())
		n := rowsOf(t, world)
		if got := total(w.must(w.take(world, app.ImportOptions{}))); got != (wire.ImportCount{Create: n}) {
			t.Errorf("first: %+v, want %d created", got, n)
		}
		before := w.export("yaml")
		if got := total(w.must(w.take(world, app.ImportOptions{}))); got != (wire.ImportCount{Unchanged: n}) {
			t.Errorf("second: %+v, want %d unchanged", got, n)
		}
		if w.export("yaml") != before {
			t.Error("the second import changed the directory")
		}
	})
}

func TestDryRunShowsThePlanAndChangesNothing(t *testing.T) {
	eachWorld(t, func(t *testing.T, w *world) {
		before := w.export("jsonl")
		changed := strings.Replace(string(demo.World()), "Tailspin Toys", "Tailspin Games", 1) + "\n"
		changed = strings.Replace(changed, "relations:\n", "  - {id: newcomer, kinds: [customer]}\n\nrelations:\n", 1)
		report := w.must(w.take(changed, app.ImportOptions{DryRun: true}))
		if c := report.Plan["companies"]; c.Create != 1 || c.Change != 1 || c.Remove != 0 || !report.DryRun {
			t.Errorf("%+v", report.Plan)
		}
		if w.export("jsonl") != before {
			t.Error("a dry run changed the directory")
		}
	})
}

// One bad row anywhere: nothing is imported, and the report says where and what.
func TestOneBadRowStopsTheWholeImport(t *testing.T) {
	good := "switchboard: 1\ncompanies:\n  - {id: one, kinds: [customer]}\n"
	eachEmpty(t, func(t *testing.T, w *world) {
		for name, tc := range badRows(good) {
			report, err := w.take(tc.text, app.ImportOptions{})
			if !fault.Is(err, fault.Invalid) {
				t.Fatalf("%s: %v, %+v", name, err, report)
			}
			found := false
			for _, p := range report.Errors {
				found = found || p.File == "world.yaml" && p.Line == tc.line && (tc.code == "" || p.Code == tc.code) && strings.Contains(p.Field, tc.field) && p.Text != "" && p.Text != p.Code
			}
			if !found {
				t.Errorf("%s: no line %d %s %s in %+v", name, tc.line, tc.field, tc.code, report.Errors)
			}
			if got := w.export("jsonl"); strings.Contains(got, "one") {
				t.Fatalf("%s: something was imported: %s", name, got)
			}
		}
	})
}

type badRow struct {
	text, code, field string
	line              int
}

func badRows(good string) map[string]badRow {
	return map[string]badRow{
		"a kind that is not there":   {good + "  - {id: two, kinds: [custmer]}\n", "field.unknown-word", "kinds[0]", 4},
		"an unknown key":             {good + "  - {id: two, kinds: [customer], nmae: Two}\n", "", "nmae", 4},
		"no id":                      {good + "  - {kinds: [customer]}\n", "field.required", "id", 4},
		"the same id twice":          {good + "  - {id: one, kinds: [customer]}\n", "import.duplicate-id", "", 4},
		"a reference to nothing":     {good + "people:\n  - {id: p, company: onee}\n", "import.unknown-reference", "company", 5},
		"an unknown role":            {good + "people:\n  - {id: p, company: one, roles: [emperor]}\n", "field.unknown-word", "roles[0]", 5},
		"an address with a newline":  {good + "people:\n  - {id: p, company: one, email: \"a@b.example\\nBcc: c@d.example\"}\n", "", "email", 5},
		"a script for a link":        {good + "  - {id: two, kinds: [customer], support: {url: \"javascript:alert(1)\"}}\n", "", "support.url", 4},
		"a split that is not a pair": {good + "agreements:\n  - {id: s, kind: support-split, provider: one, reseller: one, version: 1}\n", "", "", 5},
	}
}

// What only the whole shows: the operator, agreements that overlap.
func TestImportLooksAtTheWholeWorld(t *testing.T) {
	eachWorld(t, func(t *testing.T, w *world) {
		before := w.export("jsonl")
		for name, tc := range map[string]struct{ text, code string }{
			"a second operator": {"switchboard: 1\ncompanies:\n  - {id: market2, kinds: [operator]}\n", "operator"},
			"overlapping splits": {"switchboard: 1\nagreements:\n  - {id: ww-hinode-b, kind: support-split, provider: wideworld, reseller: hinode, version: 2, state: accepted, from: 2026-03-01, topics: {billing: {face: provider}}}\n",
				"import.overlap"},
		} {
			report, err := w.take(tc.text, app.ImportOptions{})
			if !fault.Is(err, fault.Invalid) || len(report.Errors) == 0 || !strings.Contains(report.Errors[0].Code, tc.code) {
				t.Fatalf("%s: %v, %+v", name, err, report.Errors)
			}
			if p := report.Errors[0]; p.File != "world.yaml" || p.Line != 3 {
				t.Errorf("%s: stands at %s:%d %s, want world.yaml:3", name, p.File, p.Line, p.Field)
			}
			if w.export("jsonl") != before {
				t.Errorf("%s: something was imported", name)
			}
		}
	})
}

func TestDanglingReferenceNamesTheNearest(t *testing.T) {
	eachWorld(t, func(t *testing.T, w *world) {
		report, err := w.take("switchboard: 1\npeople:\n  - {id: p-new, company: tailspinn}\n", app.ImportOptions{})
		if !fault.Is(err, fault.Invalid) || len(report.Errors) != 1 || !strings.Contains(report.Errors[0].Text, "tailspin") {
			t.Errorf("%v: %+v", err, report.Errors)
		}
	})
}

func TestPruneRemovesWhatTheInputDoesNotHold(t *testing.T) {
	eachWorld(t, func(t *testing.T, w *world) {
		var kept []string
		for line := range strings.Lines(string(demo.World())) {
			if !strings.Contains(line, "{id: p-hugo,") && !strings.Contains(line, "{id: nw-lamp,") {
				kept = append(kept, line)
			}
		}
		text := strings.Join(kept, "")
		if got := total(w.must(w.take(text, app.ImportOptions{DryRun: true}))); got.Remove != 0 {
			t.Errorf("without prune: %+v", got)
		}
		if got := total(w.must(w.take(text, app.ImportOptions{Prune: true}))); got.Remove != 2 || got.Create != 0 || got.Change != 0 {
			t.Errorf("with prune: %+v", got)
		}
		for noun, id := range map[directory.Noun]string{directory.People: "p-hugo", directory.Subscriptions: "nw-lamp"} {
			_, _, err := w.Get(t.Context(), local, noun, id)
			wantFault(t, id, err, fault.NotFound, "")
		}
	})
}

func TestPruneKeepsWhatIsStillNamed(t *testing.T) {
	eachWorld(t, func(t *testing.T, w *world) {
		before := w.export("jsonl")
		report, err := w.take("switchboard: 1\ncompanies:\n  - {id: market, kinds: [operator]}\n", app.ImportOptions{Prune: true})
		if !fault.Is(err, fault.Invalid) || len(report.Errors) == 0 {
			t.Errorf("%v: %+v", err, report)
		}
		if w.export("jsonl") != before {
			t.Error("something was removed")
		}
	})
}

// An export is the same world again, byte for byte.
func TestExportIsTheSameWorldAgain(t *testing.T) {
	eachWorld(t, func(t *testing.T, w *world) {
		for _, format := range []string{"yaml", "jsonl"} {
			first := w.export(format)
			other := empty(t, "sqlite", t.TempDir()+"/other.db")
			name := map[string]string{"yaml": "world.yaml", "jsonl": "world.jsonl"}[format]
			other.must(other.takeAs(local, name, first, app.ImportOptions{}))
			if second := other.export(format); second != first {
				t.Errorf("%s: %d bytes became %d", format, len(first), len(second))
			}
			ask := app.Ask{Subscription: "wg-shield", Topic: wire.Billing, As: "woodgrove"}
			if a, b := asJSON(t, w.who(local, ask)), asJSON(t, other.who(local, ask)); a != b {
				t.Errorf("the copy answers otherwise:\n%s\n%s", a, b)
			}
		}
	})
}

func TestOnlyTheOperatorsAdminImportsAndExports(t *testing.T) {
	eachWorld(t, func(t *testing.T, w *world) {
		for person, may := range map[string]bool{"p-marta": true, "p-diego": false, "p-greta": false, "p-priya": false, "p-nora": false} {
			_, err := w.takeAs(w.as(person), "world.yaml", string(demo.World()), app.ImportOptions{DryRun: true})
			exported := w.Export(t.Context(), w.as(person), io.Discard, "yaml")
			if may && (err != nil || exported != nil) {
				t.Errorf("%s: %v, %v", person, err, exported)
			}
			if !may {
				wantFault(t, person, err, fault.Denied, "denied.role")
				wantFault(t, person, exported, fault.Denied, "denied.role")
			}
		}
		wantFault(t, "format", w.Export(t.Context(), local, io.Discard, "xml"), fault.Invalid, "import.unsupported-format")
	})
}

// While one import runs, another is told so and does no harm.
func TestSecondImportAtTheSameTimeIsTurnedAway(t *testing.T) {
	eachEmpty(t, func(t *testing.T, w *world) {
		reader, writer := io.Pipe()
		done := make(chan error, 1)
		started := make(chan struct{})
		go func() {
			_, err := w.Import(t.Context(), local, []app.Input{{Name: "slow.yaml", Reader: &announcing{Reader: reader, first: started}, Format: "world"}}, app.ImportOptions{})
			done <- err
		}()
		<-started
		_, err := w.node(false).Import(t.Context(), local, []app.Input{{Name: "b.yaml", Reader: bytes.NewReader(demo.World())}}, app.ImportOptions{})
		wantFault(t, "second import", err, fault.Conflict, "import.busy")
		if _, err := writer.Write(demo.World()); err != nil {
			t.Fatal(err)
		}
		if err := errors.Join(writer.Close(), <-done); err != nil {
			t.Fatal(err)
		}
		if got := total(w.must(w.take(string(demo.World()), app.ImportOptions{}))); got.Create+got.Change+got.Remove != 0 {
			t.Errorf("%+v", got)
		}
	})
}

// announcing closes a channel when it is read for the first time.
type announcing struct {
	io.Reader
	first chan struct{}
}

func (a *announcing) Read(p []byte) (int, error) {
	if a.first != nil {
		close(a.first)
		a.first = nil
	}
	return a.Reader.Read(p)
}

// A listing read again lays its words over what is there; the date on which a
// person checked a contact stays.
func TestListingReadAgainKeepsTheVerification(t *testing.T) {
	eachEmpty(t, func(t *testing.T, w *world) {
		for _, file := range []string{"product-ingestion-configure.json", "product-ingestion-tree.json", "ingestion-v1.json", "azpc-listing_config.json", "azpc-sample-app-listing_config.json", "marketplace-offers.csv", "saas-sample-offers.json"} {
			raw, err := os.ReadFile("../listing/testdata/" + file)
			if err != nil {
				t.Fatal(err)
			}
			report := w.must(w.takeAs(local, file, string(raw), app.ImportOptions{}))
			if len(report.Became) == 0 || report.Plan["offers"].Create == 0 {
				t.Fatalf("%s: %+v", file, report)
			}
			verified := verifyAll(t, w, report.Became)
			again := w.must(w.takeAs(local, file, string(raw), app.ImportOptions{}))
			if got := total(again); got.Create+got.Change+got.Remove != 0 {
				t.Errorf("%s, read again: %+v", file, got)
			}
			for _, id := range verified {
				details, err := w.OfferDetails(t.Context(), local, id, "en")
				if err != nil {
					t.Fatal(err)
				}
				for _, c := range details.Contacts {
					if c.Verified == nil || *c.Verified != "2026-11-21" {
						t.Errorf("%s: %s of %s lost its verification", file, c.Ref, id)
					}
				}
			}
		}
	})
}

// verifyAll stamps the contacts of up to ten offers that came of a listing.
func verifyAll(t *testing.T, w *world, became []wire.Became) (ids []string) {
	t.Helper()
	for _, row := range became {
		if row.Became != "offer" || len(ids) == 10 {
			continue
		}
		if _, err := w.VerifyContact(t.Context(), local, row.ID, "", "en"); err != nil {
			t.Fatal(err)
		}
		ids = append(ids, row.ID)
	}
	if len(ids) == 0 {
		t.Errorf("no offer in %+v", became)
	}
	return ids
}

func TestProgressCountsTheBytesOfAllInputs(t *testing.T) {
	eachEmpty(t, func(t *testing.T, w *world) {
		text := demo.World()
		var last, whole int64
		_, err := w.Import(t.Context(), local, []app.Input{{Name: "w.yaml", Reader: bytes.NewReader(text), Size: int64(len(text))}},
			app.ImportOptions{Progress: func(done, total int64) {
				if done < last {
					t.Errorf("%d after %d", done, last)
				}
				last, whole = done, total
			}})
		if err != nil || last != int64(len(text)) || whole != last {
			t.Errorf("%v: %d of %d, want %d", err, last, whole, len(text))
		}
	})
}

// An import ends what opened for the people it moves, removes or gives other
// roles, with its own commit; everybody else stays signed in.
func TestAnImportEndsTheCredentialsOfWhomItChanges(t *testing.T) {
	eachWorld(t, func(t *testing.T, w *world) {
		sessions := map[string]string{}
		for id, role := range map[string]string{"moved": "admin-agent", "reduced": "global-admin", "gone": "admin-agent", "renamed": "admin-agent"} {
			sessions[id] = w.invited("p-greta", "tailspin", id, role)
		}
		token, err := w.CreateToken(t.Context(), w.as("p-greta"), "tailspin", "reduced", "night job", []string{"read"}, nil)
		if err != nil {
			t.Fatal(err)
		}
		all := func(check func(what, secret string), ids ...string) {
			for _, id := range ids {
				check(id, sessions[id])
			}
		}
		same := w.export("yaml")
		w.must(w.take(same, app.ImportOptions{Prune: true}))
		all(w.alive, "moved", "reduced", "gone", "renamed")

		changed := replaced(t, same, "id: moved\n    company: tailspin", "id: moved\n    company: northwind")
		changed = replaced(t, changed, "reduced@people.example\n    roles: [global-admin]", "reduced@people.example\n    roles: [helpdesk-agent]")
		changed = replaced(t, changed, "name: renamed\n", "name: Renamed\n")
		changed = replaced(t, changed, "  - id: gone\n    company: tailspin\n    name: gone\n    email: gone@people.example\n    roles: [admin-agent]\n", "")
		w.must(w.take(changed, app.ImportOptions{DryRun: true, Prune: true}))
		all(w.alive, "moved", "reduced", "gone", "renamed")
		w.must(w.take(changed, app.ImportOptions{Prune: true}))
		all(w.dead, "moved", "reduced", "gone")
		w.dead("the token of whose roles were reduced", token.Secret)
		w.alive("who got another name", sessions["renamed"])
		w.alive("who imported nothing", w.session("p-greta"))
		w.passwordsAfterAnImport(same)
	})
}

// passwordsAfterAnImport: who was moved or removed left the password behind,
// also when a later import brings the same id back; who has other roles keeps it.
func (w *world) passwordsAfterAnImport(before string) {
	w.t.Helper()
	w.must(w.take(before, app.ImportOptions{}))
	for id, knows := range map[string]bool{"moved": false, "gone": false, "reduced": true, "renamed": true} {
		_, _, err := w.SignIn(w.t.Context(), id+"@people.example", password, "192.0.2.7")
		if knows != (err == nil) {
			w.t.Errorf("%s signs in with the password of before: %v", id, err)
		}
	}
}

// replaced is strings.Replace where there must be something to replace.
func replaced(t *testing.T, text, old, fresh string) string {
	t.Helper()
	if strings.Count(text, old) != 1 {
		t.Fatalf("%q stands %d times in\n%s", old, strings.Count(text, old), text)
	}
	return strings.Replace(text, old, fresh, 1)
}
