package bench

import (
	"bytes"
	"io"
	"maps"
	"reflect"
	"runtime"
	"slices"
	"testing"

	"switchboard/internal/directory"
	"switchboard/internal/i18n"
	"switchboard/internal/responsibility"
	"switchboard/internal/worldfile"
	"switchboard/wire"
)

func small(t testing.TB) *World {
	t.Helper()
	size, ok := SizeOf("small")
	if !ok {
		t.Fatal("no size small")
	}
	return NewWorld(size)
}

// What the world contains on purpose: everything else that a check finds is a
// slip of the generator.
var intended = map[string]bool{"agreement.proposed": true}

func TestTheWorldIsValid(t *testing.T) {
	known := map[directory.Noun]map[string]bool{}
	check := directory.NewWorldCheck("2026-11-21")
	for object := range small(t).Objects() {
		for _, p := range (directory.Rules{Today: "2026-11-21"}).Check(object) {
			if !intended[p.Code] {
				t.Errorf("%v: %s %s %v", object, p.Path, p.Code, p.Args)
			}
		}
		noun, id := directory.Identify(object)
		if known[noun] == nil {
			known[noun] = map[string]bool{}
		}
		if known[noun][id] {
			t.Errorf("%s %s is there twice", noun, id)
		}
		known[noun][id] = true
		for _, ref := range directory.Refs(object) {
			if !known[ref.Noun][ref.ID] && !(noun == directory.Offers && ref.Noun == directory.Agreements) {
				t.Errorf("%s %s: %s names %s %s, which has not come yet", noun, id, ref.Field, ref.Noun, ref.ID)
			}
		}
		check.Add(object)
	}
	for _, found := range check.Found() {
		t.Errorf("%s %s: %s %v", found.Noun, found.ID, found.Code, found.Args)
	}
	if len(known) != len(directory.Nouns()) {
		t.Errorf("nouns: %v, want all of %v", slices.Collect(maps.Keys(known)), directory.Nouns())
	}
}

func TestTheWorldIsTheSameEachTime(t *testing.T) {
	write := func() []byte {
		var out bytes.Buffer
		if err := worldfile.Write(&out, worldfile.JSONLines, small(t).Objects()); err != nil {
			t.Fatal(err)
		}
		return out.Bytes()
	}
	if first := write(); !bytes.Equal(first, write()) || len(first) < 100_000 {
		t.Errorf("two runs differ, or only %d bytes", len(first))
	}
}

func TestTheWorldHasEverySalesModelAndNameLanguage(t *testing.T) {
	seen := map[string]int{}
	for object := range small(t).Objects() {
		switch v := object.(type) {
		case *wire.Subscription:
			seen[v.Model]++
			seen["status "+or(v.Status, "active")]++
			seen["supported "+or(v.SupportPartner, "no")[:2]]++
			seen["replaces "+or(v.Replaces, "no")[:2]]++
		case *wire.Offer:
			seen[v.Kind]++
			for _, lang := range wire.Languages() {
				if v.Name[lang] != "" {
					seen["name "+lang]++
				}
			}
		case *wire.Agreement:
			seen[v.Kind+" "+v.State]++
		}
	}
	want := []string{wire.Direct, wire.Indirect, wire.SelfServe, wire.InPartner, "status active", "status cancelled", "status suspended",
		"supported di", "replaces su", "name en", "name ja", "name zh-TW", "support-split proposed", "support-split accepted",
		"operator-terms ", "customer-agreement ", "partner-terms "}
	for _, what := range append(want, wire.OfferKinds()...) {
		if seen[what] == 0 {
			t.Errorf("the world has no %q: %v", what, seen)
		}
	}
}

func TestABigWorldIsNotHeldInMemory(t *testing.T) {
	size, _ := SizeOf("100k")
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	peak := uint64(0)
	n := 0
	for range NewWorld(size).Sales() {
		if n++; n%20_000 == 0 {
			runtime.GC()
			runtime.ReadMemStats(&after)
			peak = max(peak, after.HeapAlloc)
		}
	}
	if n != 100_000 || peak > before.HeapAlloc+4<<20 {
		t.Errorf("%d subscriptions, heap from %d to %d", n, before.HeapAlloc, peak)
	}
}

// snapshot holds a small world for the engine.
func snapshot(t testing.TB, w *World) *directory.Snapshot {
	t.Helper()
	world := &wire.World{}
	for object := range w.Objects() {
		switch v := object.(type) {
		case *wire.Company:
			world.Companies = append(world.Companies, *v)
		case *wire.Relation:
			world.Relations = append(world.Relations, *v)
		case *wire.Offer:
			world.Offers = append(world.Offers, *v)
		case *wire.Agreement:
			world.Agreements = append(world.Agreements, *v)
		case *wire.Subscription:
			world.Subscriptions = append(world.Subscriptions, *v)
		case *wire.RefundPolicy:
			world.Policies.Refund = append(world.Policies.Refund, *v)
		}
	}
	return directory.NewSnapshot(world)
}

func TestTheEngineAnswersTheWorldsQuestions(t *testing.T) {
	w := small(t)
	s, rules, p := snapshot(t, w), responsibility.Shipped(), i18n.For(i18n.English)
	outcomes := map[string]int{}
	for i := range 3000 {
		q := w.Question(i)
		answer := func(s *directory.Snapshot) *wire.Answer {
			d, err := responsibility.Decide(engineQuestion(q), s, rules)
			if err != nil {
				t.Fatalf("question %d %+v: %v", i, q, err)
			}
			return d.Answer(p)
		}
		whole, part := answer(s), answer(directory.NewSnapshot(w.around(q)))
		if !reflect.DeepEqual(whole, part) {
			t.Errorf("question %d %+v: the part of the world gives another answer than the whole:\n%+v\n%+v", i, q, part, whole)
		}
		outcomes[whole.Outcome]++
	}
	if outcomes[wire.Decided] < 2500 || outcomes[wire.OutOfScope] == 0 || outcomes[wire.Unclear] == 0 {
		t.Errorf("outcomes: %v", outcomes)
	}
}

func BenchmarkWorld(b *testing.B) {
	size, _ := SizeOf("10k")
	for b.Loop() {
		if err := worldfile.Write(io.Discard, worldfile.JSONLines, NewWorld(size).Sales()); err != nil {
			b.Fatal(err)
		}
	}
}
