package directory

import (
	"fmt"
	"slices"
	"testing"

	"switchboard/wire"
)

func foundIn(objects ...any) []string {
	var out []string
	for _, f := range CheckWorld(slices.Values(objects), "2026-06-01") {
		out = append(out, fmt.Sprintf("%s %s %s", f.ID, f.Path, f.Code))
	}
	return out
}

func operator(id string) *wire.Company {
	return &wire.Company{ID: id, Kinds: []string{wire.Operator}}
}

func splitOf(id, from, until string, change func(*wire.Agreement)) *wire.Agreement {
	a := &wire.Agreement{ID: id, Kind: wire.SupportSplitKind, Provider: "p", Reseller: "r", From: from, Until: until}
	if change != nil {
		change(a)
	}
	return a
}

func TestOneOperator(t *testing.T) {
	for _, tc := range []struct {
		objects []any
		want    []string
	}{
		{nil, []string{"  import.no-operator"}},
		{[]any{operator("m")}, nil},
		{[]any{operator("n"), operator("m")}, []string{"n kinds import.two-operators"}},
	} {
		if got := foundIn(tc.objects...); !slices.Equal(got, tc.want) {
			t.Errorf("%d operators: %v, want %v", len(tc.objects), got, tc.want)
		}
	}
}

// Spec 1 section 4: overlap is an import error; different levels are not.
func TestSplitsOverlap(t *testing.T) {
	later := splitOf("b", "2026-05-01", "", nil)
	cases := map[string]struct {
		other *wire.Agreement
		clash bool
	}{
		"open end":        {splitOf("a", "2026-01-01", "", nil), true},
		"last day shared": {splitOf("a", "2026-01-01", "2026-05-01", nil), true},
		"day before":      {splitOf("a", "2026-01-01", "2026-04-30", nil), false},
		"proposed":        {splitOf("a", "2026-01-01", "", func(a *wire.Agreement) { a.State = "proposed" }), false},
		"ended":           {splitOf("a", "2026-01-01", "", func(a *wire.Agreement) { a.State = "ended" }), false},
		"for a customer":  {splitOf("a", "2026-01-01", "", func(a *wire.Agreement) { a.Customer = "c" }), false},
		"for an offer":    {splitOf("a", "2026-01-01", "", func(a *wire.Agreement) { a.Offers = []string{"o"} }), false},
		"other reseller":  {splitOf("a", "2026-01-01", "", func(a *wire.Agreement) { a.Reseller = "q" }), false},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			got := slices.Contains(foundIn(operator("m"), later, tc.other), "b from import.overlap")
			if got != tc.clash {
				t.Errorf("overlap = %v, want %v", got, tc.clash)
			}
		})
	}
	one := splitOf("a", "", "", func(a *wire.Agreement) { a.Offers = []string{"x", "y"} })
	two := splitOf("b", "", "", func(a *wire.Agreement) { a.Offers = []string{"y", "z"} })
	if got := foundIn(operator("m"), one, two); !slices.Equal(got, []string{"b from import.overlap"}) {
		t.Errorf("offers in common: %v", got)
	}
}

func TestLapsedSplitWarnsUnlessFollowed(t *testing.T) {
	old := splitOf("a", "2025-01-01", "2025-12-31", nil)
	if got := foundIn(operator("m"), old); !slices.Equal(got, []string{"a until agreement.expired"}) {
		t.Errorf("alone: %v", got)
	}
	if got := foundIn(operator("m"), old, splitOf("b", "2026-01-01", "", nil)); got != nil {
		t.Errorf("followed: %v", got)
	}
}

func TestCyclesAreFoundOnce(t *testing.T) {
	sub := func(id, replaces string) *wire.Subscription {
		return &wire.Subscription{ID: id, Replaces: replaces, Model: wire.SelfServe}
	}
	got := CheckWorld(slices.Values([]any{operator("m"), sub("c", "a"), sub("a", "b"), sub("b", "c"), sub("d", "a"), sub("e", "f")}), "")
	if len(got) != 1 || got[0].ID != "a" || got[0].Code != "import.cycle" || got[0].Args["ids"] != "a → b → c → a" {
		t.Errorf("got %+v", got)
	}
}

// Spec 1 section 3.5: support continues with a warning.
func TestSellerWithoutPartnerKindWarnsOnce(t *testing.T) {
	company := func(id string, kinds ...string) *wire.Company { return &wire.Company{ID: id, Kinds: kinds} }
	sub := func(id, model, seller, reseller string) *wire.Subscription {
		return &wire.Subscription{ID: id, Model: model, Seller: seller, Reseller: reseller}
	}
	got := foundIn(operator("m"), company("p", wire.Provider), company("r", wire.Reseller), company("d", wire.DirectPartner), company("c", wire.Customer),
		sub("ok-1", wire.Indirect, "p", "r"), sub("ok-2", wire.Direct, "d", ""), sub("ok-3", wire.InPartner, "p", ""),
		sub("s-2", wire.Direct, "c", ""), sub("s-1", wire.Direct, "c", ""), sub("s-3", wire.Indirect, "d", "r"), sub("s-4", wire.Indirect, "p", "d"))
	want := []string{"s-1 seller partner.deauthorised", "s-3 seller partner.deauthorised", "s-4 reseller partner.deauthorised"}
	if !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}
