package listing

import (
	"bytes"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"switchboard/wire"
)

func readCSV(t *testing.T, table string) result {
	t.Helper()
	r := read(Input{Name: "f.csv", Format: CSV}, []byte(table))
	if r.err != nil {
		t.Fatal(r.err)
	}
	return r
}

func TestCSVReadsWhatPeopleWrite(t *testing.T) {
	contact := wire.Contact{Role: wire.ContactSupport, Name: "Ida, \"the\" desk", Email: "ida@a.example", URL: "https://a.example/help", Source: CSV}
	for name, table := range map[string]string{
		"other names": "Publisher ID;Offer_ID;supportContactName;E-Mail;Support URL\na;o;\"Ida, \"\"the\"\" desk\";ida@a.example;a.example/help\n",
		"tabs":        "publisherid\tofferid\tsupportname\temail\turl\na\to\t\"Ida, \"\"the\"\" desk\"\tida@a.example\thttps://a.example/help\n",
		"BOM, CRLF":   "\uFEFFpublisherId,offerId,supportName,supportEmail,supportLink,supportPhone\r\na,o,\"Ida, \"\"the\"\" desk\",mailto:ida@a.example,https://a.example/help,NULL\r\n",
		"NA":          "offerId,publisherId,displayName,supportName,supportEmail,supportLink,supportPhone,cspEmail\no,a,n/a,\"Ida, \"\"the\"\" desk\",ida@a.example,https://a.example/help,NA,-\n",
	} {
		t.Run(name, func(t *testing.T) {
			r := readCSV(t, table)
			if len(r.offers) != 1 || r.offers[0].ID != "a.o" || !reflect.DeepEqual(r.offers[0].Contacts, []wire.Contact{contact}) {
				t.Errorf("%+v", r.offers)
			}
		})
	}
}

func TestCSVReportsWhatItDropsAndDoubles(t *testing.T) {
	r := readCSV(t, "publisherId,offerId,displayName,suportLink,supportEmail,supportLink,stopSell,kind\n"+
		"A,o,One,x,nobody,javascript:alert(1),false,saas\n"+
		"a,O,Two,,,,,\n"+
		",,,,,,,\n"+
		"a,p,Three,,a@b.example,,true,toaster\n")
	var got []string
	for _, o := range r.outcomes {
		got = append(got, fmt.Sprintln(o.Line, o.Became, o.ID, o.codes()))
	}
	want := []string{
		"1 header  [listing.column-unknown]\n",
		"2 offer a.o [listing.dropped listing.dropped offer.no-support-contact]\n",
		"3 duplicate a.o [import.duplicate-row]\n",
		"4 skipped  []\n",
		"5 offer a.p [listing.kind-unknown listing.status]\n",
	}
	if !slices.Equal(got, want) {
		t.Errorf("got %q", got)
	}
	if args := r.outcomes[0].Warnings[0].Args; args["column"] != "suportLink" || args["nearest"] != "supportLink" {
		t.Errorf("unknown column: %v", args)
	}
	if args := r.outcomes[2].Warnings[0].Args; args["line"] != 2 || args["again"] != 3 {
		t.Errorf("duplicate: %v", args)
	}
}

func TestCSVStatus(t *testing.T) {
	for row, want := range map[string]string{
		"true,false,true,2024-01-01":  "delisted", // stopSell
		"false,true,true,":            "delisted", // deprecated
		"false,false,true,":           "live",
		"false,false,,":               "live",
		"false,false,false,2024-01-0": "delisted", // was published once
		",,false,":                    "draft",
	} {
		r := readCSV(t, "offerId,stopSell,deprecated,published,firstPublished\no,"+row+"\n")
		if r.offers[0].Status != want {
			t.Errorf("%s: %s, want %s", row, r.offers[0].Status, want)
		}
	}
}

func export(t rapid.TB, offers []*wire.Offer) string {
	t.Helper()
	var b bytes.Buffer
	sequence := func(yield func(*wire.Offer, error) bool) {
		for _, o := range offers {
			if !yield(o, nil) {
				return
			}
		}
	}
	if err := WriteCSV(&b, "en", sequence, func(id string) string { return "=" + id }); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// A formula is kept as data, and no cell of an export runs as one.
func TestFormulasAreDataAndExportIsHarmless(t *testing.T) {
	r := readCSV(t, "publisherId,offerId,displayName,supportName,supportPhone\na,o,\"=cmd|' /C calc'!A0\",@SUM(1),+49 30 100\n")
	if r.offers[0].Name[""] != "=cmd|' /C calc'!A0" || r.offers[0].Contacts[0].Phone != "+49 30 100" {
		t.Fatalf("%+v", r.offers[0])
	}
	table := export(t, r.offers)
	for _, cell := range strings.Split(strings.TrimSpace(strings.SplitN(table, "\n", 2)[1]), ",") {
		if formula(strings.Trim(cell, `"`)) {
			t.Errorf("%q would run", cell)
		}
	}
	again := readCSV(t, table)
	if !reflect.DeepEqual(again.offers[0].Contacts, r.offers[0].Contacts) || !reflect.DeepEqual(again.offers[0].Name, r.offers[0].Name) {
		t.Errorf("%+v became %+v in\n%s", r.offers[0], again.offers[0], table)
	}
}

func TestNeutralCanBeUndone(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		cell := rapid.OneOf(rapid.String(), rapid.StringMatching(`'*[=+@-]?[a-z]*`)).Draw(t, "cell")
		safe := Neutral(cell)
		if formula(safe) || Original(safe) != cell {
			t.Fatalf("%q -> %q -> %q", cell, safe, Original(safe))
		}
	})
}

func TestTheMarketplaceSurvivesAnExport(t *testing.T) {
	r := readFile(t, CSV, "marketplace-offers.csv")
	again := readCSV(t, export(t, r.offers))
	if len(again.offers) != len(r.offers) {
		t.Fatalf("%d offers of %d", len(again.offers), len(r.offers))
	}
	for i, o := range again.offers {
		if o.ID != r.offers[i].ID || !reflect.DeepEqual(o.Contacts, r.offers[i].Contacts) || o.Status != r.offers[i].Status {
			t.Errorf("%+v became %+v", r.offers[i], o)
		}
	}
}

// A name that stood for two columns would make the table depend on luck.
func TestColumnsHaveNamesOfTheirOwn(t *testing.T) {
	owner := map[string]string{}
	for name, others := range columns {
		for _, other := range append(slices.Clone(others), name) {
			if by, taken := owner[key(other)]; taken {
				t.Errorf("%s means %s and %s", other, by, name)
			}
			owner[key(other)] = name
		}
	}
}
