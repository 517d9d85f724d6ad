package api

import (
	"fmt"
	"math/rand/v2"
	"net/http/httptest"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"switchboard/client"
	"switchboard/internal/i18n"
	"switchboard/internal/store"
	"switchboard/internal/testkit"
	"switchboard/proof"
	"switchboard/wire"
)

// walk is one case under random commands by the Go client, beside a small model
// of the protocol that knows nothing of events, tables or routes.
type walk struct {
	t       *testing.T
	h       *house
	r       *rand.Rand
	clients map[string]*client.Client
	key     proof.Against

	number, handoff        string
	owner, sponsor, offers string
	closed                 bool
	words                  map[string][]string // each text with the companies that may read it
	receipts               map[string][]proof.Receipt
	accepted               map[string]int // by verb, of all walks
}

// command is one request and the verb it is.
type command struct {
	verb string
	send func(c *client.Client) (*wire.Case, error)
	said func(by string) // what the model learns, when it is accepted
}

// Random commands by random companies over HTTP, on both engines: whatever is
// accepted keeps the invariants of spec 2 section 2, whatever is refused changes
// nothing, and every answer is a receipt for every later export.
func TestInvariantsHoldOverRandomRequests(t *testing.T) {
	testkit.EachEngine(t, func(t *testing.T, engine, database string) {
		on := store.Options{DSN: database}
		if engine == "sqlite" {
			on = store.Options{DataDir: filepath.Dir(database)}
		}
		h := openOn(t, "testdata/words.yaml", Options{}, on)
		served := httptest.NewServer(h.api)
		t.Cleanup(served.Close)
		w := &walk{t: t, h: h, r: rand.New(rand.NewPCG(2, 7)), clients: h.clients(served.URL), accepted: map[string]int{}}
		for range 12 {
			w.begin()
			for i := range 40 {
				w.step(i)
			}
		}
		for _, verb := range []string{"say", "send", "withdraw", "accept", "decline", "ask", "answer", "join", "pass-on", "give-back", "propose", "confirm", "close", "reopen"} {
			if w.accepted[verb] == 0 {
				t.Errorf("no random request led to %s", verb)
			}
		}
	})
}

// clients are those of the companies of the sale and of one that has nothing to
// do with it.
func (h *house) clients(at string) map[string]*client.Client {
	out := map[string]*client.Client{}
	people := map[string]string{"rivalowner": "rival"}
	for person, company := range players {
		people[person] = company
	}
	for person, company := range people {
		h.as(company, person, "write")
		c, err := client.New(client.Options{Server: at, Token: h.tokens[person]})
		if err != nil {
			h.t.Fatal(err)
		}
		out[company] = c
	}
	return out
}

func (w *walk) begin() {
	c, err := w.clients["buyer"].OpenCase(w.t.Context(), wire.NewCase{Subscription: "zqsubindirect", Topic: "break-fix", Severity: "moderate", Subject: "It stops", Text: "The nightly copy stops."})
	if err != nil {
		w.t.Fatal(err)
	}
	key, err := proof.ReadKey(w.h.app.PublicKeys()[0].Key)
	if err != nil {
		w.t.Fatal(err)
	}
	w.key = proof.Against{Key: key}
	w.number, w.handoff, w.owner, w.sponsor, w.offers, w.closed = c.Number, "none", "shop", "shop", "", false
	w.words, w.receipts = map[string][]string{}, map[string][]proof.Receipt{"buyer": {{N: c.Version, Head: c.Head}}}
}

var onSale = []string{"buyer", "shop", "distributor", "contoso"}

func (w *walk) one(some ...string) string { return some[w.r.IntN(len(some))] }

func (w *walk) step(i int) {
	by := w.one(append([]string{w.owner, w.owner, w.owner, w.sponsor, "buyer", "rival"}, onSale...)...)
	if w.offers != "" && w.r.IntN(2) == 0 {
		by = w.offers
	}
	cmd := w.command(fmt.Sprintf("word-%d-end", i))
	w.h.clock.pass(time.Duration(w.r.IntN(100)) * time.Minute)
	before := w.heads()
	shown, err := cmd.send(w.clients[by])
	if err != nil {
		if w.heads() != before {
			w.t.Fatalf("%s %s was refused and changed something: %v", by, cmd.verb, err)
		}
		return
	}
	w.accepted[cmd.verb]++
	w.receipts[by] = append(w.receipts[by], proof.Receipt{N: shown.Version, Head: shown.Head})
	if cmd.said != nil {
		cmd.said(by)
	}
	w.follow(by, cmd.verb, shown)
	w.check(by + " " + cmd.verb)
}

// verb is mostly one that may come next, and sometimes any.
func (w *walk) verb() string {
	likely := []string{"say", "send", "send", "give-back", "reclaim", "update", "propose", "confirm", "reject"}
	switch {
	case w.closed:
		likely = []string{"reopen", "say"}
	case w.offers != "":
		likely = []string{"withdraw", "accept", "accept", "decline", "ask", "ask", "answer", "answer", "join", "pass-on", "say"}
	}
	if w.r.IntN(6) > 0 {
		return w.one(likely...)
	}
	return w.one("say", "send", "withdraw", "accept", "decline", "ask", "answer", "join", "pass-on", "give-back", "reclaim", "update", "propose", "confirm", "reject", "close", "reopen")
}

func (w *walk) command(word string) command {
	ctx := w.t.Context()
	audience := slices.DeleteFunc(slices.Clone(onSale), func(string) bool { return w.r.IntN(2) == 0 })
	next := w.h.clock.now().Add(time.Duration(w.r.IntN(100)-5) * time.Hour)
	to := w.one("shop", "distributor", "contoso", "rival")
	messages := [][]int64{nil, {1}}[w.r.IntN(2)]
	steps := map[string]wire.HandoffStep{"withdraw": {Reason: word}, "accept": {Reference: word, Next: &next}, "decline": {Reason: "other", Evidence: word},
		"ask": {Questions: []wire.Question{{Text: word}}}, "answer": {Text: word}, "join": {}, "pass-on": {To: to, Summary: word}, "give-back": {Text: word}, "reclaim": {Reason: word}, "update": {Next: &next}}
	switch verb := w.verb(); verb {
	case "say":
		return command{verb, func(c *client.Client) (*wire.Case, error) {
			return c.Say(ctx, w.number, wire.NewMessage{Text: word, Audience: audience}, 0)
		}, func(by string) { w.words[word] = append(audience, by) }}
	case "send":
		return command{verb: verb, send: func(c *client.Client) (*wire.Case, error) {
			return c.HandOver(ctx, w.number, wire.NewHandoff{To: to, Package: wire.Package{Summary: "sum"}, Messages: messages}, 0)
		}}
	case "propose", "confirm", "reject", "close", "reopen":
		s := wire.CaseStep{Text: "so"}
		if verb == "close" {
			s.Reason = w.one("withdrawn", "duplicate", "not-possible")
		}
		return command{verb: verb, send: func(c *client.Client) (*wire.Case, error) { return c.StepCase(ctx, w.number, verb, s, 0) }}
	default:
		id := w.handoff
		if slices.Contains([]string{"pass-on", "give-back", "reclaim", "update"}, verb) && w.r.IntN(2) == 0 {
			id = w.number
		}
		return command{verb: verb, send: func(c *client.Client) (*wire.Case, error) { return c.StepHandoff(ctx, id, verb, steps[verb], 0) }}
	}
}

// follow moves the model: ownership by acceptance and reclaim, and by nothing
// else (invariant 2).
func (w *walk) follow(by, verb string, shown *wire.Case) {
	switch verb {
	case "accept":
		w.owner, w.offers = by, ""
	case "pass-on":
		w.owner, w.offers = by, shown.Handoff.To.Company
	case "send", "give-back":
		w.offers = shown.Handoff.To.Company
	case "withdraw", "decline", "join":
		w.offers = ""
	case "reclaim":
		w.owner, w.offers = w.sponsor, ""
	case "close", "confirm":
		w.closed, w.offers = true, ""
	case "reopen":
		w.closed = false
	}
	if shown.Handoff != nil {
		w.handoff = shown.Handoff.ID
	}
}

// heads is how far each company has read.
func (w *walk) heads() (out string) {
	for _, company := range onSale {
		if c, err := w.clients[company].Case(w.t.Context(), w.number); err == nil {
			out += company + " " + c.Head + "\n"
		}
	}
	return out
}

func (w *walk) check(after string) {
	w.t.Helper()
	c, err := w.clients["shop"].Case(w.t.Context(), w.number)
	if err != nil {
		w.t.Fatal(err)
	}
	if c.Owner.Company != w.owner || c.Sponsor.Company != w.sponsor || (c.State == "closed") != w.closed {
		w.t.Fatalf("after %s: owner %s want %s, state %s", after, c.Owner.Company, w.owner, c.State)
	}
	for _, company := range append([]string{"rival"}, onSale...) {
		w.reader(after, company)
	}
	part, err := w.h.app.VerifyStore(w.t.Context(), local, w.number[:len(w.number)-1], 1, i18n.English)
	if err != nil || part.Checked != 1 || len(part.Troubles) > 0 {
		w.t.Fatalf("after %s: %v %+v", after, err, part)
	}
}

// reader: a company's export is proven by all receipts it was ever given, and
// holds the messages of its audiences and no other (invariant 6).
func (w *walk) reader(after, company string) {
	w.t.Helper()
	x, err := w.clients[company].ExportCase(w.t.Context(), w.number)
	if err != nil {
		if len(w.receipts[company]) > 0 || err.(*client.Error).Kind != client.KindNotFound {
			w.t.Fatalf("after %s: %s: %v", after, company, err)
		}
		return
	}
	w.key.Receipts = w.receipts[company]
	if found := proof.Check(x, w.key); len(found) > 0 || company == "rival" {
		w.t.Fatalf("after %s: %s: %v", after, company, found)
	}
	for word, readers := range w.words {
		has := slices.ContainsFunc(x.Lines, func(l wire.ProvenLine) bool { return strings.Contains(l.Values["text"].Value, word) })
		if has != slices.Contains(readers, company) {
			w.t.Fatalf("after %s: %s reads %s: %v, it is for %v", after, company, word, has, readers)
		}
	}
}
