package listing

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"switchboard/internal/directory"
	"switchboard/internal/fault"
	"switchboard/wire"
)

type result struct {
	offers    []*wire.Offer
	companies []*wire.Company
	outcomes  []Outcome
	err       error
}

func read(in Input, data []byte) result {
	var r result
	r.outcomes, r.err = Read(bytes.NewReader(data), in, func(row Row) error {
		switch v := row.Object.(type) {
		case *wire.Offer:
			r.offers = append(r.offers, v)
		case *wire.Company:
			r.companies = append(r.companies, v)
		}
		return nil
	})
	if r.err == nil {
		r.err = Refused(r.outcomes)
	}
	return r
}

func readFile(t *testing.T, format, name string) result {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	r := read(Input{Name: name, Format: format}, data)
	if r.err != nil {
		t.Fatal(r.err)
	}
	return r
}

func (o Outcome) codes() []string {
	var out []string
	for _, w := range o.Warnings {
		out = append(out, w.Code)
	}
	return out
}

func golden(t *testing.T, name string, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if os.Getenv("UPDATE_GOLDEN") != "" {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s differs; got\n%s", name, got)
	}
}

// The golden file says what each of the 272 rows becomes.
func TestEveryRowOfTheMarketplaceBecomesSomething(t *testing.T) {
	r := readFile(t, CSV, "marketplace-offers.csv")
	byID := map[string]*wire.Offer{}
	for _, o := range r.offers {
		byID[o.ID] = o
	}
	count := map[string]int{}
	var b strings.Builder
	for _, o := range r.outcomes {
		count[o.Became]++
		fmt.Fprintf(&b, "%d %s", o.Line, o.Became)
		if offer := byID[o.ID]; offer != nil {
			fmt.Fprintf(&b, " %s %s", o.ID, offer.Status)
			if offer.FirstParty {
				b.WriteString(" first-party")
			}
		}
		fmt.Fprintln(&b, "", strings.Join(o.codes(), " "))
	}
	golden(t, "marketplace-offers.became.txt", b.String())
	if count[BecameOffer] != 264 || count[BecameNothing] != 8 || len(r.outcomes) != 272+1 { // 1 = the header
		t.Errorf("became %v of %d", count, len(r.outcomes))
	}
	companies := map[string]wire.Text{}
	for _, c := range r.companies {
		companies[c.ID] = c.Name
	}
	for _, o := range r.offers {
		if _, ok := companies[o.Publisher]; !ok {
			t.Errorf("%s: no publisher %s", o.ID, o.Publisher)
		}
	}
	if name, _ := companies["azuresentinel"].In("en"); name != "Microsoft Sentinel, Microsoft Corporation" {
		t.Errorf("azuresentinel is called %q", name)
	}
}

func TestRowsOfTheMarketplaceInDetail(t *testing.T) {
	r := readFile(t, CSV, "marketplace-offers.csv")
	find := func(id string) *wire.Offer {
		at := slices.IndexFunc(r.offers, func(o *wire.Offer) bool { return o.ID == id })
		if at < 0 {
			t.Fatalf("no offer %s", id)
		}
		return r.offers[at]
	}
	torq := find("torqtechnologiesltd2020.torq_sentinel_solution")
	want := []wire.Contact{{Role: wire.ContactSupport, Name: "Torq Support Team", URL: "https://support.torq.io", Source: CSV}}
	if !reflect.DeepEqual(torq.Contacts, want) || torq.Status != "live" || torq.FirstParty {
		t.Errorf("torq: %+v", torq)
	}
	alsid := find("alsid1603447574634.alsid_for_ad_mss") // not published, but was once
	if alsid.Status != "delisted" || alsid.Name[""] != "Alsid_For_AD_MSS" {
		t.Errorf("alsid: %+v", alsid)
	}
	if o := find("votirocybersecltd1670174946024.votiro_data_connector"); o.Status != "draft" { // never published
		t.Errorf("votiro: %s", o.Status)
	}
	if o := find("azuresentinel.azure-sentinel-solution-auth0"); !o.FirstParty {
		t.Error("an offer of the operator is no first-party offer")
	}
	if o := find("ironnetcybersecurity1585849518753.irondefense-for-sentinel"); o.FirstParty {
		t.Error("an offer of another company became first-party because the operator supports it")
	}
	if o := find("red-canary.microsoft-sentinel-solution-redcanary"); o.External["publisherId"] != "Red Canary" {
		t.Errorf("red canary: %v", o.External)
	}
}

func TestProductIngestionConfigure(t *testing.T) {
	r := readFile(t, ProductIngestion, "product-ingestion-configure.json")
	if len(r.offers) != 1 || len(r.outcomes) != 1 {
		t.Fatalf("%d offers, %+v", len(r.offers), r.outcomes)
	}
	want := &wire.Offer{ID: "publisher-of-contoso-vm.contoso-vm", Publisher: "publisher-of-contoso-vm", External: wire.External{"offerId": "contoso-vm"},
		Name: wire.Text{"en": "Contoso VM"}, Kind: wire.VirtualMachine, Channel: "none",
		Contacts: []wire.Contact{
			{Role: wire.ContactSupport, Name: "Jon Doe", Email: "jondoe@outlook.com", Phone: "555-555-5555", Source: ProductIngestion},
			{Role: wire.ContactEngineering, Name: "Jon Doe", Email: "jondoe@outlook.com", Phone: "555-555-5555", Source: ProductIngestion}},
		Links: []wire.Link{
			{Kind: wire.LinkPrivacy, URL: "https://azuremarketplace.microsoft.com", Lang: "en"},
			{Kind: wire.LinkDocumentation, URL: "https://azuremarketplace.microsoft.com", Title: wire.Text{"en": "Contoso VM for Azure"}, Lang: "en"}}}
	if !reflect.DeepEqual(r.offers[0], want) {
		t.Errorf("got  %+v\nwant %+v", r.offers[0], want)
	}
	if got := r.outcomes[0].codes(); !slices.Equal(got, []string{"listing.publisher-unknown"}) || r.outcomes[0].Line != 3 {
		t.Errorf("line %d, warnings %v", r.outcomes[0].Line, got)
	}
	named := read(Input{Format: ProductIngestion, Publisher: "contoso"}, []byte(`{"supportContact":{"email":"a@b.example"},"title":"T","product":"product/x1"}`))
	if named.err != nil || named.offers[0].ID != "contoso.x1" {
		t.Errorf("with a publisher given: %v %+v", named.err, named.offers)
	}
}

// Keys are spelled in many ways; NA is no phone; the page joins its contact.
func TestProductIngestionTree(t *testing.T) {
	r := readFile(t, ProductIngestion, "product-ingestion-tree.json")
	want := &wire.Offer{ID: "publisher-of-harbor-map.harbor-map", Publisher: "publisher-of-harbor-map",
		External: wire.External{"offerId": "harbor-map", "productId": "aa-11"},
		Name:     wire.Text{"en": "Harbor Map", "zh-TW": "港口地圖"}, Kind: wire.Container, License: "byol", Channel: "terminated",
		Contacts: []wire.Contact{
			{Role: wire.ContactSupport, Name: "Support", Email: "support@harbor.example", URL: "https://harbor.example/support", Source: ProductIngestion},
			{Role: wire.ContactEngineering, Phone: "555", Source: ProductIngestion},
			{Role: wire.ContactProgram, Name: "CSP", Email: "csp@harbor.example", Phone: "4255550100", URL: "https://harbor.example/csp", Source: ProductIngestion}},
		Links: []wire.Link{
			{Kind: wire.LinkMarketing, URL: "https://harbor.example/campaign", Lang: "en"},
			{Kind: wire.LinkPrivacy, URL: "https://harbor.example/privacy", Lang: "en"},
			{Kind: wire.LinkTraining, URL: "https://harbor.example/learn", Title: wire.Text{"en": "Training videos"}, Lang: "en"},
			{Kind: wire.LinkDocumentation, URL: "https://harbor.example/map", Title: wire.Text{"en": "Product page"}, Lang: "en"}}}
	if len(r.offers) != 1 || !reflect.DeepEqual(r.offers[0], want) {
		t.Errorf("got  %+v\nwant %+v", r.offers[0], want)
	}
}

func TestSeveralProductsStayApart(t *testing.T) {
	const two = `[{"product":{"identity":{"externalId":"a"},"type":"softwareAsAService","resources":[{"supportContact":{"email":"a@x.example"},"title":"A"}]}},
		{"product":{"identity":{"externalId":"b"},"type":"azureApplication","resources":[{"supportContact":{"email":"b@x.example"},"title":"B"}]}}]`
	r := read(Input{Format: ProductIngestion, Publisher: "x"}, []byte(two))
	if r.err != nil || len(r.offers) != 2 || r.offers[0].Contacts[0].Email != "a@x.example" || r.offers[1].Contacts[0].Email != "b@x.example" {
		t.Fatalf("%v %+v", r.err, r.offers)
	}
}

func TestIngestionV1(t *testing.T) {
	r := readFile(t, IngestionV1, "ingestion-v1.json")
	want := &wire.Offer{ID: "seaglass.tide-tables", Publisher: "seaglass",
		External: wire.External{"offerId": "tide-tables", "productId": "b0c1", "publisherId": "Seaglass"},
		Name:     wire.Text{"en": "Tide Tables", "ja": "潮汐表"}, Kind: wire.Saas, Channel: "some",
		Contacts: []wire.Contact{
			{Role: wire.ContactSupport, Name: "Help desk", Email: "help@seaglass.example", URL: "https://seaglass.example/help", Source: IngestionV1},
			{Role: wire.ContactEngineering, Name: "Core", Email: "core@seaglass.example", Source: IngestionV1},
			{Role: wire.ContactProgram, Name: "Channel", Email: "channel@seaglass.example", Phone: "+81 3 5550 0203", Source: IngestionV1}},
		Links: []wire.Link{
			{Kind: wire.LinkPrivacy, URL: "https://seaglass.example/privacy", Title: wire.Text{"en": "Privacy"}, Lang: "en"},
			{Kind: wire.LinkDocumentation, URL: "https://docs.seaglass.example", Title: wire.Text{"en": "Guide"}, Lang: "en"}}}
	if len(r.offers) != 1 || !reflect.DeepEqual(r.offers[0], want) {
		t.Errorf("got  %+v\nwant %+v", r.offers[0], want)
	}
	if got := r.outcomes[0].codes(); !slices.Equal(got, []string{"listing.dropped", "listing.audience"}) {
		t.Errorf("warnings %v", got)
	}
	if name, _ := r.companies[0].Name.In("en"); name != "Seaglass Software" {
		t.Errorf("publisher %+v", r.companies[0])
	}
}

func TestAzpc(t *testing.T) {
	for name, want := range map[string]struct{ id, kind, title string }{
		"azpc-listing_config.json":            {"contoso-inc.contoso-app", wire.AzureApplication, "Solution Template with CSE"},
		"azpc-sample-app-listing_config.json": {"microsoft-corp.industrial-ai-ama", wire.ManagedApplication, "MMLSpark on Databricks"},
	} {
		r := readFile(t, Azpc, name)
		o := r.offers[0]
		if o.ID != want.id || o.Kind != want.kind || o.Name[""] != want.title || len(r.companies) != 1 {
			t.Errorf("%s: %+v", name, o)
		}
		support := wire.Contact{Role: wire.ContactSupport, Name: "FirstName LastName", Email: "name@email.com", Phone: "+5555555555", URL: "https://website.design/moreinfo/contactus", Source: Azpc}
		if len(o.Contacts) != 2 || !reflect.DeepEqual(o.Contacts[0], support) || o.Contacts[1].Role != wire.ContactEngineering || o.Links[0].Kind != wire.LinkPrivacy {
			t.Errorf("%s: %+v %+v", name, o.Contacts, o.Links)
		}
	}
}

func TestSaasSample(t *testing.T) {
	r := readFile(t, SaasSample, "saas-sample-offers.json")
	for _, o := range r.offers {
		if o.Kind != wire.Saas || o.Publisher != "forthcoffee" || len(o.Contacts) != 0 {
			t.Errorf("%+v", o)
		}
	}
	if len(r.offers) != 2 || !slices.Contains(r.outcomes[0].codes(), "offer.no-support-contact") {
		t.Errorf("%d offers, %+v", len(r.offers), r.outcomes)
	}
}

func TestReadingTwiceGivesTheSame(t *testing.T) {
	first, again := readFile(t, CSV, "marketplace-offers.csv"), readFile(t, CSV, "marketplace-offers.csv")
	if !reflect.DeepEqual(first, again) {
		t.Error("two readings differ")
	}
}

func TestBadDocumentsAreRefusedWithTheLine(t *testing.T) {
	deep := strings.Repeat("[", 200) + strings.Repeat("]", 200)
	for name, tc := range map[string]struct {
		format, input, want string
	}{
		"empty":          {Azpc, " \n", "f:1: import.empty"},
		"truncated":      {Azpc, "{\n\"offer_listing\":\n{", "f:3: import.truncated"},
		"syntax":         {Azpc, "{\n\"a\" 1}", "f:2: import.syntax"},
		"two documents":  {Azpc, "{}\n{}", "f:2: import.syntax"},
		"NUL":            {Azpc, "{\n\"a\":\"\x00\"}", "f:2: import.nul"},
		"Latin-1":        {IngestionV1, "{\n\n\"a\":\"\xfc\"}", "f:3: import.not-utf8"},
		"UTF-16":         {CSV, "\xff\xfeo\x00", "f:1: import.not-utf8"},
		"deep":           {ProductIngestion, deep, "f:1: import.too-deep"},
		"something else": {ProductIngestion, `{"name":"left-pad"}`, "f:1: listing.no-offer"},
		"v1, else":       {IngestionV1, `{"name":"left-pad"}`, "f:1: listing.no-offer"},
		"azpc, else":     {Azpc, `{"name":"left-pad"}`, "f:1: listing.no-offer"},
		"CSV, empty":     {CSV, "", "f:1: import.empty"},
		"CSV, no header": {CSV, "a,b\n1,2\n", "f:1: listing.no-header"},
		"CSV, quote":     {CSV, "offerId\n\"a\nb\nc\n", "f:2: import.truncated"},
		"CSV, NUL":       {CSV, "offerId,x\na,\x00\n", "f:2: import.nul"},
		"CSV, Latin-1":   {CSV, "offerId\na\nM\xfcller\n", "f:3: import.not-utf8"},
		"CSV, huge":      {CSV, "offerId\n\"" + strings.Repeat("x", 2<<20), "f:1: import.record-too-big"},
		"name too long":  {CSV, "offerId,publisherId,publisherName\na,b," + strings.Repeat("x", 400) + "\n", "f:2: publisher.name: field.too-long"},
		"id too long":    {CSV, "offerId\n" + strings.Repeat("x", 200) + "\n", "f:2: id: field.id-invalid"},
	} {
		t.Run(name, func(t *testing.T) {
			r := read(Input{Name: "f", Format: tc.format}, []byte(tc.input))
			if !fault.Is(r.err, fault.Invalid) || fault.Of(r.err).Code != "import.rows" {
				t.Fatalf("error %v", r.err)
			}
			fields := fault.Of(r.err).Fields
			if got := fields[0].Path + ": " + fields[0].Code; got != tc.want || !slices.ContainsFunc(r.outcomes, func(o Outcome) bool { return o.Became == BecameError }) || len(r.offers) > 1 {
				t.Errorf("got %q, want %q; %+v", got, tc.want, r.outcomes)
			}
		})
	}
	if r := read(Input{Format: "xml"}, nil); fault.Of(r.err).Code != "import.format-unknown" {
		t.Errorf("unknown format: %v", r.err)
	}
}

func TestReadStopsWhenEmitFails(t *testing.T) {
	full := fmt.Errorf("disk full")
	_, err := Read(strings.NewReader("offerId\na\n"), Input{Format: CSV}, func(Row) error { return full })
	if err != full {
		t.Errorf("got %v", err)
	}
}

func TestEveryOutcomeIsAValidOffer(t *testing.T) {
	for _, o := range readFile(t, CSV, "marketplace-offers.csv").offers {
		if found := directory.Fatal(directory.Check(o)); len(found) > 0 {
			t.Errorf("%s: %+v", o.ID, found)
		}
	}
}
