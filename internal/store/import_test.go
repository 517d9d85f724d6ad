package store

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"testing"

	"switchboard/internal/directory"
	"switchboard/internal/fault"
	"switchboard/wire"
)

func begin(t testing.TB, s *Store) *Import {
	t.Helper()
	im, err := s.BeginImport(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := im.Close(); err != nil {
			t.Error(err)
		}
	})
	return im
}

func stage(t testing.TB, im *Import, objects ...any) {
	t.Helper()
	rows := make([]StagedRow, len(objects))
	for i, object := range objects {
		rows[i] = StagedRow{Object: object, File: "world.yaml", Line: i + 1}
	}
	if err := im.Stage(t.Context(), rows); err != nil {
		t.Fatal(err)
	}
}

func apply(t testing.TB, im *Import, prune bool) {
	t.Helper()
	if err := im.Apply(t.Context(), prune); err != nil {
		t.Fatal(err)
	}
	if err := im.Close(); err != nil {
		t.Fatal(err)
	}
}

func TestAnImportedWorldEqualsOneThatWasPut(t *testing.T) {
	eachStore(t, func(t *testing.T, s *Store) {
		put(t, s, small()...)
		want := dump(t, s)
		for i := range tables {
			noun := tables[len(tables)-1-i].noun
			for _, object := range small() {
				if n, id := directory.Identify(object); n == noun {
					unlink(t, s, n, id)
				}
			}
		}
		im := begin(t, s)
		stage(t, im, small()...)
		apply(t, im, false)
		if got := dump(t, s); got != want {
			t.Errorf("got\n%s\nwant\n%s", got, want)
		}
	})
}

// unlink empties a table whatever refers to it.
func unlink(t *testing.T, s *Store, noun directory.Noun, id string) {
	t.Helper()
	inTx(t, s, func(tx *Tx) error {
		tb := tableOf[noun]
		if tb.list != nil {
			if _, err := tx.exec(tb.sql.unlist, id); err != nil {
				return err
			}
		}
		_, err := tx.exec(tb.sql.remove, id)
		return err
	})
}

// dump is everything the directory holds, columns and child tables included.
func dump(t testing.TB, s *Store) string {
	t.Helper()
	out := ""
	view(t, s, func(tx *Tx) error {
		out = ""
		for _, tb := range tables {
			text := "SELECT id || ' v' || version || ' ' || doc"
			for _, c := range tb.columns {
				if c.kind == "BOOLEAN" {
					text += " || ' ' || CASE WHEN " + c.name + " THEN 'y' ELSE 'n' END"
				} else {
					text += " || ' ' || " + c.name
				}
			}
			list, err := tx.texts(&query{text: text + " FROM " + string(tb.noun) + " ORDER BY id"})
			if err != nil {
				return err
			}
			if tb.list != nil {
				pairs, err := tx.texts(&query{text: "SELECT " + tb.parent() + " || '>' || " + tb.list.name + " FROM " + tb.list.table + " ORDER BY 1"})
				if err != nil {
					return err
				}
				list = append(list, pairs...)
			}
			for _, line := range list {
				out += string(tb.noun) + " " + line + "\n"
			}
		}
		return nil
	})
	return out
}

func TestImportingTwiceChangesNothing(t *testing.T) {
	eachStore(t, func(t *testing.T, s *Store) {
		for range 2 {
			im := begin(t, s)
			stage(t, im, small()...)
			apply(t, im, true)
		}
		want := dump(t, s)
		im := begin(t, s)
		stage(t, im, small()...)
		plan, err := im.Plan(t.Context(), true)
		if err != nil {
			t.Fatal(err)
		}
		for _, n := range plan {
			if n.Create+n.Change+n.Remove != 0 || n.Unchanged != im.Staged(n.Noun) {
				t.Errorf("plan %+v", n)
			}
		}
		apply(t, im, true)
		if got := dump(t, s); got != want {
			t.Errorf("got\n%s\nwant\n%s", got, want)
		}
	})
}

func TestThePlanIsWhatApplyDoes(t *testing.T) {
	eachStore(t, func(t *testing.T, s *Store) {
		put(t, s, company("same", wire.Customer), company("changes", wire.Customer), company("goes", wire.Customer))
		changed := company("changes", wire.Reseller)
		im := begin(t, s)
		stage(t, im, company("same", wire.Customer), changed, company("new", wire.Customer))
		plan, err := im.Plan(t.Context(), true)
		if err != nil {
			t.Fatal(err)
		}
		want := Plan{{Noun: directory.Companies, Create: 1, Change: 1, Unchanged: 1, Remove: 1,
			Created: []string{"new"}, Changed: []string{"changes"}, Removed: []string{"goes"}}}
		if !reflect.DeepEqual(plan, want) {
			t.Errorf("plan = %+v, want %+v", plan, want)
		}
		apply(t, im, true)
		versions := map[string]int64{}
		view(t, s, func(tx *Tx) error {
			for _, id := range []string{"same", "changes", "new"} {
				_, version, err := tx.Company(id)
				if err != nil {
					return err
				}
				versions[id] = version
			}
			_, _, err := tx.Company("goes")
			wantFault(t, err, fault.NotFound, "not-found")
			return nil
		})
		if !reflect.DeepEqual(versions, map[string]int64{"same": 1, "changes": 2, "new": 1}) {
			t.Errorf("versions = %v", versions)
		}
	})
}

func TestTheSameIdTwiceIsFoundWithBothPlaces(t *testing.T) {
	eachStore(t, func(t *testing.T, s *Store) {
		im := begin(t, s)
		stage(t, im, company("a", wire.Customer), company("b", wire.Customer), company("a", wire.Reseller), company("a", wire.Provider))
		got, err := im.Duplicates(t.Context(), 10)
		if err != nil {
			t.Fatal(err)
		}
		at := func(line int) Place { return Place{"world.yaml", line} }
		want := []Clash{{directory.Companies, "a", at(1), at(3)}, {directory.Companies, "a", at(1), at(4)}}
		if !reflect.DeepEqual(got, want) {
			t.Errorf("got %+v, want %+v", got, want)
		}
		wantFault(t, im.Apply(t.Context(), false), fault.Conflict, "import.duplicate")
	})
}

func TestReferencesToNothingAreFoundWithPlaceAndField(t *testing.T) {
	eachStore(t, func(t *testing.T, s *Store) {
		put(t, s, company("contoso", wire.Publisher))
		im := begin(t, s)
		stage(t, im,
			company("tailspin", wire.DirectPartner),
			&wire.Offer{ID: "backup", Publisher: "contoso", Audience: []string{"tailspin", "tailspn"}},
			&wire.Offer{ID: "mail", Publisher: "contosso", Agreement: "zzz"},
			&wire.Subscription{ID: "s1", Customer: "tailspin", Offer: "backup", Seller: "tailspn", Replaces: "s1"},
		)
		got, err := im.Dangling(t.Context(), 10, false)
		if err != nil {
			t.Fatal(err)
		}
		at := func(line int) Place { return Place{"world.yaml", line} }
		want := []Missing{
			{at(3), directory.Offers, "mail", "publisher", directory.Companies, "contosso", "contoso"},
			{at(2), directory.Offers, "backup", "audience[1]", directory.Companies, "tailspn", "tailspin"},
			{at(4), directory.Subscriptions, "s1", "seller", directory.Companies, "tailspn", "tailspin"},
			{at(3), directory.Offers, "mail", "agreement", directory.Agreements, "zzz", ""},
		}
		if !reflect.DeepEqual(got, want) {
			t.Errorf("got %+v\nwant %+v", got, want)
		}
		wantFault(t, im.Apply(t.Context(), false), fault.Conflict, "import.dangling")
		if got, err := im.Dangling(t.Context(), 2, false); err != nil || len(got) != 2 {
			t.Errorf("limit 2 gives %d, %v", len(got), err)
		}
	})
}

func TestPruningDoesNotRemoveWhatStaysInUse(t *testing.T) {
	eachStore(t, func(t *testing.T, s *Store) {
		put(t, s, small()...)
		for _, tc := range []struct {
			name    string
			objects []any
			noun    directory.Noun
			field   string
		}{
			{"a stored object of another noun", []any{company("market", wire.Operator)}, directory.Relations, "provider"},
			{"a stored list", []any{company("contoso", wire.Publisher), &wire.Offer{ID: "other", Publisher: "contoso"}}, directory.Agreements, "offers"},
			{"a staged object", []any{company("contoso", wire.Publisher), &wire.Offer{ID: "o", Publisher: "rival"}}, directory.Offers, "publisher"},
		} {
			im := begin(t, s)
			stage(t, im, tc.objects...)
			found, err := im.Dangling(t.Context(), 100, true)
			if err != nil {
				t.Fatal(err)
			}
			hit := false
			for _, m := range found {
				hit = hit || m.Noun == tc.noun && m.Field == tc.field
			}
			if !hit {
				t.Errorf("%s: found %+v", tc.name, found)
			}
			before := dump(t, s)
			wantFault(t, im.Apply(t.Context(), true), fault.Conflict, "import.dangling")
			if dump(t, s) != before {
				t.Errorf("%s: a refused import changed something", tc.name)
			}
			if err := im.Close(); err != nil {
				t.Fatal(err)
			}
		}
	})
}

func TestStayingIsWhatTheImportLeavesAsItIs(t *testing.T) {
	eachStore(t, func(t *testing.T, s *Store) {
		put(t, s, company("kept", wire.Customer), company("changed", wire.Customer))
		im := begin(t, s)
		stage(t, im, company("changed", wire.Operator), company("new", wire.Operator))
		for prune, want := range map[bool]string{false: "kept customer, ", true: ""} {
			got := ""
			err := im.Staying(t.Context(), directory.Companies, prune, func(object any) error {
				c := object.(*wire.Company)
				got += c.ID + " " + c.Kinds[0] + ", "
				return nil
			})
			if err != nil || got != want {
				t.Errorf("prune %v: %q, %v; want %q", prune, got, err, want)
			}
		}
	})
}

func TestTwoImportsAtOnceAreRefused(t *testing.T) {
	eachStore(t, func(t *testing.T, s *Store) {
		im := begin(t, s)
		_, err := s.BeginImport(t.Context())
		wantFault(t, err, fault.Conflict, "import.busy")
		if err := im.Close(); err != nil {
			t.Fatal(err)
		}
		begin(t, s)
	})
}

func TestWhatIsAppliedAlongIsInTheSameTransaction(t *testing.T) {
	eachStore(t, func(t *testing.T, s *Store) {
		im := begin(t, s)
		stage(t, im, company("a", wire.Customer))
		boom := errors.New("boom")
		if err := im.Apply(t.Context(), false, func(tx *Tx) error { return boom }); !errors.Is(err, boom) {
			t.Fatalf("err = %v", err)
		}
		err := s.View(t.Context(), func(tx *Tx) error { _, _, err := tx.Company("a"); return err })
		wantFault(t, err, fault.NotFound, "not-found")
		if err := im.Apply(t.Context(), false, func(tx *Tx) error { _, _, err := tx.Company("a"); return err }); err != nil {
			t.Errorf("the second try: %v", err)
		}
	})
}

func TestAClosedImportLeavesNoTablesAndTakesNoMore(t *testing.T) {
	eachStore(t, func(t *testing.T, s *Store) {
		im := begin(t, s)
		stage(t, im, company("a", wire.Customer))
		if err := im.Close(); err != nil {
			t.Fatal(err)
		}
		wantFault(t, im.Apply(t.Context(), false), fault.Conflict, "import.closed")
		im = begin(t, s)
		if clashes, err := im.Duplicates(t.Context(), 1); err != nil || len(clashes) != 0 {
			t.Errorf("%v, %v", clashes, err)
		}
		apply(t, im, false)
		if got := dump(t, s); got != "" {
			t.Errorf("what was staged before came back: %s", got)
		}
	})
}

func TestReferencesBeyondTheMemoryAreStillChecked(t *testing.T) {
	s := open(t, Options{DataDir: t.TempDir()})
	im := begin(t, s)
	for i := range maxSeen + 10 {
		im.seen[directory.Ref{ID: fmt.Sprint(i)}] = true
	}
	stage(t, im, company("c", wire.Publisher), &wire.Offer{ID: "o", Publisher: "missing"})
	found, err := im.Dangling(t.Context(), 10, false)
	if err != nil || len(found) != 1 || found[0].RefID != "missing" {
		t.Errorf("found %+v, %v", found, err)
	}
	if len(im.seen) > 10 {
		t.Errorf("the memory holds %d references", len(im.seen))
	}
}

func TestEveryStagingQueryPreparesOnBothEngines(t *testing.T) {
	eachStore(t, func(t *testing.T, s *Store) {
		im := begin(t, s)
		prepare := func(text string) error {
			if im.conn == nil {
				stmt, err := s.sqlite.writer.session.conn.PrepareContext(t.Context(), text)
				if err == nil {
					stmt.Close()
				}
				return err
			}
			stmt, err := im.conn.PrepareContext(t.Context(), text)
			if err == nil {
				stmt.Close()
			}
			return err
		}
		for _, q := range stagingQueries {
			if err := prepare(s.eng.text(q)); err != nil {
				t.Errorf("%v in %s", err, q.text)
			}
		}
	})
}

// load fills a store with a large world through an import.
func load(t testing.TB, s *Store, w world) {
	t.Helper()
	ctx := context.Background()
	im, err := s.BeginImport(ctx)
	if err != nil {
		t.Fatal(err)
	}
	if err := stageWorld(ctx, im, w); err != nil {
		t.Fatal(err)
	}
	apply(t, im, false)
}

func stageWorld(ctx context.Context, im *Import, w world) error {
	var rows []StagedRow
	flush := func() error {
		err := im.Stage(ctx, rows)
		rows = nil
		return err
	}
	line := 0
	err := w.each(func(object any) error {
		line++
		rows = append(rows, StagedRow{object, "world.jsonl", line})
		if len(rows) < 500 {
			return nil
		}
		return flush()
	})
	return errors.Join(err, flush())
}

// BenchmarkImport stages, checks, plans and applies; JSON is read as from a
// stream of lines. The figure is objects per second.
func BenchmarkImport(b *testing.B) {
	w := world{offers: 1_000, subscriptions: 100_000}
	var lines [][]byte
	var nouns []directory.Noun
	err := w.each(func(object any) error {
		doc, err := json.Marshal(object)
		noun, _ := directory.Identify(object)
		lines, nouns = append(lines, doc), append(nouns, noun)
		return err
	})
	if err != nil {
		b.Fatal(err)
	}
	benchEngines(b, func(b *testing.B, s *Store) {
		n := 0
		for b.Loop() {
			importLines(b, s, lines, nouns)
			n += len(lines)
		}
		b.ReportMetric(float64(n)/b.Elapsed().Seconds(), "objects/s")
	})
}

func importLines(b *testing.B, s *Store, lines [][]byte, nouns []directory.Noun) {
	im, err := s.BeginImport(b.Context())
	if err != nil {
		b.Fatal(err)
	}
	var rows []StagedRow
	for i, line := range lines {
		object := directory.New(nouns[i])
		if err := json.Unmarshal(line, object); err != nil {
			b.Fatal(err)
		}
		if rows = append(rows, StagedRow{object, "world.jsonl", i + 1}); len(rows) == 500 || i == len(lines)-1 {
			if err := im.Stage(b.Context(), rows); err != nil {
				b.Fatal(err)
			}
			rows = nil
		}
	}
	clashes, err := im.Duplicates(b.Context(), 1)
	if err != nil || len(clashes) > 0 {
		b.Fatal(clashes, err)
	}
	missing, err := im.Dangling(b.Context(), 1, false)
	if err != nil || len(missing) > 0 {
		b.Fatal(missing, err)
	}
	if _, err := im.Plan(b.Context(), false); err != nil {
		b.Fatal(err)
	}
	if err := im.Apply(b.Context(), false); err != nil {
		b.Fatal(err)
	}
	if err := im.Close(); err != nil {
		b.Fatal(err)
	}
}

// What a company opens by itself does not come back with its id.
func TestAPrunedCompanyTakesItsTokensAlong(t *testing.T) {
	eachStore(t, func(t *testing.T, s *Store) {
		put(t, s, company("kept", wire.Customer), company("gone", wire.Customer))
		secrets := map[string][32]byte{"kept": sha256.Sum256([]byte("kept")), "gone": sha256.Sum256([]byte("gone"))}
		for id, hash := range secrets {
			inTx(t, s, func(tx *Tx) error { return tx.AddCredential(hash, Credential{ID: id, Kind: Token, Company: id}) })
		}
		for _, step := range []struct {
			prune   bool
			objects []any
		}{{true, []any{company("kept", wire.Customer)}}, {false, []any{company("gone", wire.Customer)}}} {
			im := begin(t, s)
			stage(t, im, step.objects...)
			apply(t, im, step.prune)
			if err := im.Close(); err != nil {
				t.Fatal(err)
			}
		}
		view(t, s, func(tx *Tx) error {
			_, err := tx.FindCredential(secrets["gone"])
			wantFault(t, err, fault.NotFound, "credential.unknown")
			_, err = tx.FindCredential(secrets["kept"])
			return err
		})
	})
}
