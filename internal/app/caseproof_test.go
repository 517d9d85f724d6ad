package app_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"switchboard/internal/app"
	"switchboard/internal/casework"
	"switchboard/internal/directory"
	"switchboard/internal/fault"
	"switchboard/internal/i18n"
	"switchboard/internal/store"
	"switchboard/proof"
	"switchboard/wire"
)

// wholeStore checks every case, its lists and the search index.
func (w *world) wholeStore() {
	w.t.Helper()
	for next, begun := "", false; !begun || next != ""; begun = true {
		part, err := w.VerifyStore(w.t.Context(), local, next, 1, i18n.English)
		if err != nil || len(part.Troubles) > 0 {
			w.t.Fatalf("%v %+v", err, part)
		}
		next = part.Next
	}
}

// key is the installation's, from another source than an export.
func (w *world) key() proof.Against {
	w.t.Helper()
	key, err := proof.ReadKey(w.PublicKeys()[0].Key)
	if err != nil {
		w.t.Fatal(err)
	}
	return proof.Against{Key: key}
}

// The answer to each change is a receipt: with those that a company was given,
// a later export is proven, and one that was cut is not (spec 2 section 1).
func TestReceiptsOfChangesHoldALaterExport(t *testing.T) {
	eachWorld(t, func(t *testing.T, w *world) {
		c := w.hidden()
		sent := w.handOver("p-fiona", c.Number, "contoso", 1)
		accepted := w.step("p-priya", sent.Handoff.ID, "accept", wire.HandoffStep{Reference: "CON-77"})
		proposed, err := w.Solve(t.Context(), w.as("p-priya"), c.Number, "propose", wire.CaseStep{Text: "Fixed in 2.1"}, nil, i18n.English)
		if err != nil {
			t.Fatal(err)
		}
		against := w.key()
		for _, r := range []*wire.Case{accepted, proposed} {
			against.Receipts = append(against.Receipts, proof.Receipt{N: r.Version, Head: r.Head})
		}
		x, err := w.ExportCase(t.Context(), w.as("p-priya"), c.Number)
		if err != nil {
			t.Fatal(err)
		}
		if found := proof.Check(x, against); len(found) > 0 || x.N != proposed.Version || !slices.ContainsFunc(x.Lines, func(l wire.ProvenLine) bool { return l.Released }) {
			t.Errorf("%v %s", found, asJSON(t, x))
		}
		x.Lines = x.Lines[:len(x.Lines)-1]
		if found := proof.Check(x, against); !slices.ContainsFunc(found, func(t proof.Trouble) bool { return t.Code == proof.CutOff }) {
			t.Errorf("%v", found)
		}
		for _, person := range []string{"p-will", "p-fiona"} {
			x, err := w.ExportCase(t.Context(), w.as(person), c.Number)
			if err != nil {
				t.Fatal(err)
			}
			if found := proof.Check(x, w.key()); len(found) > 0 {
				t.Errorf("%s: %v", person, found)
			}
			if person == "p-will" && strings.Contains(asJSON(t, x), "wideworld") {
				t.Error("the export names the hidden provider")
			}
		}
		_, err = w.ExportCase(t.Context(), w.as("p-jo"), c.Number)
		wantFault(t, "a company that is not on the case", err, fault.NotFound, "not-found.case")
		if again := w.node(false).PublicKeys(); again[0] != w.PublicKeys()[0] {
			t.Error("another start has another key")
		}
		_, err = w.VerifyStore(t.Context(), w.as("p-marta"), "", 10, i18n.English)
		wantFault(t, "the operator from elsewhere", err, fault.NotFound, "not-found.address")
		w.wholeStore()
	})
}

// A company on a live case can neither be deleted nor pruned by an import; when
// its cases are closed it can (invariants 1 and 4).
func TestACompanyOnALiveCaseStays(t *testing.T) {
	eachWorld(t, func(t *testing.T, w *world) {
		c := w.hidden()
		remove := func(noun directory.Noun, id string) error { return w.Delete(t.Context(), local, noun, id, nil) }
		for _, id := range []string{"wg-backup", "wg-guard", "wg-flow-1", "wg-flow-2", "wg-notes", "wg-shield"} {
			if err := remove(directory.Subscriptions, id); err != nil {
				t.Fatal(err)
			}
		}
		will := w.as("p-will")
		err := remove(directory.People, "p-will")
		if err != nil {
			t.Fatal(err)
		}
		err = remove(directory.Companies, "woodgrove")
		wantFault(t, "a company with a live case", err, fault.Conflict, "conflict.company-on-cases")
		if f := fault.Of(err); len(f.Args) != 1 || f.Args["company"] != "woodgrove" {
			t.Errorf("more is told than the company's name: %v", f.Args)
		}
		var left []string
		for line := range strings.Lines(w.export("jsonl")) {
			if !strings.Contains(line, "woodgrove") {
				left = append(left, line)
			}
		}
		for _, dry := range []bool{true, false} {
			report, err := w.takeAs(local, "world.jsonl", strings.Join(left, ""), app.ImportOptions{Prune: true, DryRun: dry})
			if report == nil || !strings.Contains(asJSON(t, report)+asJSON(t, fault.Of(err)), "conflict.company-on-cases") {
				t.Fatalf("dry run %v: %v %s", dry, err, asJSON(t, report))
			}
		}
		if shown, err := w.Case(t.Context(), w.as("p-fiona"), c.Number, i18n.English); err != nil || shown.Owner.Company != "fabrikam" {
			t.Fatalf("%v", err)
		}
		if _, err := w.Solve(t.Context(), will, c.Number, "close", wire.CaseStep{Reason: "withdrawn"}, nil, i18n.English); err != nil {
			t.Fatal(err)
		}
		if err := remove(directory.Companies, "woodgrove"); err != nil {
			t.Error(err)
		}
		w.wholeStore()
	})
}

// A relation that ends, an offer that is delisted, a subscription that goes to
// another seller: the case stays where it is, with who is on it, and goes on
// (invariant 4).
func TestACaseOutlivesWhatItCameFrom(t *testing.T) {
	eachWorld(t, func(t *testing.T, w *world) {
		c := w.hidden()
		sent := w.handOver("p-fiona", c.Number, "wideworld", 1)
		w.step("p-jo", sent.Handoff.ID, "accept", wire.HandoffStep{Reference: "WW-1"})
		before := asJSON(t, w.seen("p-jo", c.Number).Companies)
		for _, change := range []struct {
			noun directory.Noun
			id   string
			do   func(object any)
		}{
			{directory.Relations, "wideworld:fabrikam", func(o any) { o.(*wire.Relation).State = "ended" }},
			{directory.Offers, "contoso-flow", func(o any) { o.(*wire.Offer).Status = "delisted" }},
			{directory.Subscriptions, "wg-flow-2", func(o any) {
				s := o.(*wire.Subscription)
				s.Model, s.Seller, s.Reseller, s.Purchaser, s.HideProvider = "direct", "tailspin", "", "tailspin", nil
			}},
		} {
			object, _, err := w.Get(t.Context(), local, change.noun, change.id)
			if err != nil {
				t.Fatal(err)
			}
			change.do(object)
			w.put(object)
			shown := w.seen("p-jo", c.Number)
			if shown.Owner.Company != "wideworld" || shown.Sponsor.Company != "fabrikam" || asJSON(t, shown.Companies) != before {
				t.Errorf("after %s %s: %s", change.noun, change.id, asJSON(t, shown))
			}
		}
		if _, err := w.Say(t.Context(), w.as("p-jo"), c.Number, wire.NewMessage{Text: "still at it", Audience: []string{"fabrikam"}}, nil, i18n.English); err != nil {
			t.Error(err)
		}
		w.wholeStore()
	})
}

func (w *world) seen(person, number string) *wire.Case {
	w.t.Helper()
	c, err := w.Case(w.t.Context(), w.as(person), number, i18n.English)
	if err != nil {
		w.t.Fatal(err)
	}
	return c
}

// An event of a kind that only a newer program knows is shown as unknown and
// blocks commands on its case, and on no other (spec 2 section 1).
func TestAnUnknownKindBlocksItsCaseAlone(t *testing.T) {
	eachWorld(t, func(t *testing.T, w *world) {
		c, other := w.hidden(), w.hidden()
		w.newer(c.Number, "telepathy/1")
		shown := w.seen("p-will", c.Number)
		if shown.Version != 2 || shown.Owner.Company != "fabrikam" {
			t.Errorf("%s", asJSON(t, shown))
		}
		lines, err := w.Timeline(t.Context(), w.as("p-will"), c.Number, 0, i18n.English)
		if err != nil || len(lines) != 2 || lines[1].Kind != "telepathy" || lines[1].Sentence != "Something happened that this version cannot tell." {
			t.Errorf("%v %s", err, asJSON(t, lines))
		}
		say := func(number string) error {
			_, err := w.Say(t.Context(), w.as("p-fiona"), number, wire.NewMessage{Text: "hello"}, nil, i18n.English)
			return err
		}
		wantFault(t, "a command on a newer case", say(c.Number), fault.Conflict, "case.newer")
		if err := say(other.Number); err != nil {
			t.Error(err)
		}
	})
}

// newer writes to a case as a later program would, with a kind of its own.
func (w *world) newer(number, kind string) {
	w.t.Helper()
	err := w.store.InTx(w.t.Context(), func(tx *store.Tx) error {
		c, err := tx.Case(number)
		if err != nil {
			return err
		}
		e := casework.Event{Case: number, Seq: c.Seq + 1, Readers: 1<<len(c.Parties) - 1, Sealed: map[string]casework.Seal{},
			Bytes: fmt.Appendf(nil, `{"at":%d,"case":"%s","kind":"%s"}`, c.At.UnixMicro(), number, kind)}
		leaf := proof.Leaf(proof.Salt(e.Salt), e.Bytes)
		add := func(chain *casework.Chain) {
			*chain = casework.Chain{N: chain.N + 1, Head: casework.Hash(proof.Link(proof.Hash(chain.Head), leaf))}
		}
		add(&c.All)
		for i := range c.Parties {
			add(&c.Parties[i].Chain)
		}
		c.Shape, c.Seq, e.Head = casework.Shape+1, e.Seq, c.All.Head
		return tx.MoveCase(store.Moved{Before: e.Seq - 1, Case: c, Events: []casework.Event{e}})
	})
	if err != nil {
		w.t.Fatal(err)
	}
}
