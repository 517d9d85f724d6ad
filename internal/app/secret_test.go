package app_test

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"switchboard/internal/access"
	"switchboard/internal/app"
	"switchboard/internal/fault"
	"switchboard/internal/i18n"
	"switchboard/wire"
)

const privateKey = "see below\n-----BEGIN PRIVATE KEY-----\nMIIEvQ-this-is-the-secret\n-----END PRIVATE KEY-----\n"

// secretAt are the fields at which something was found, with their codes; the
// secret itself stands in none of it.
func secretAt(t *testing.T, what string, err error) (out []string) {
	t.Helper()
	wantFault(t, what, err, fault.Conflict, "secrets.found")
	f := fault.Of(err)
	if f == nil {
		return nil
	}
	for _, field := range f.Fields {
		out = append(out, field.Path+" "+field.Code)
		for _, lang := range i18n.Langs() {
			if said := i18n.For(lang).T(field.Code, field.Args); strings.Contains(said, "this-is-the-secret") || said == field.Code {
				t.Errorf("%s says %q", what, said)
			}
		}
	}
	return out
}

// Whoever is about to send a secret to another company is asked once; a note is
// kept without a question, and nothing is on the case before the answer.
func TestASecretIsAskedAboutBeforeItLeaves(t *testing.T) {
	eachWorld(t, func(t *testing.T, w *world) {
		c := w.hidden()
		fiona, ctx := w.as("p-fiona"), t.Context()
		har := []app.Upload{w.upload("p-fiona", c.Number, "trace.har", `{"log":{"creator":{},"entries":[{"cookies":[{"name":"sid"}]}]}}`), w.upload("p-fiona", c.Number, "tenant.pfx", "x")}
		ways := map[string]struct {
			at []string
			do func(confirm string) error
		}{
			"message": {[]string{"text secrets.in-text", "files secrets.in-file", "files secrets.in-name"}, func(confirm string) error {
				_, err := w.SayWith(ctx, fiona, c.Number, wire.NewMessage{Text: privateKey, Audience: []string{"customer"}, Confirm: confirm}, app.Beside{Files: har}, nil, i18n.English)
				return err
			}},
			"file": {[]string{"files secrets.in-file"}, func(confirm string) error {
				_, err := w.AddFile(ctx, fiona, c.Number, wire.NewFile{Name: "a.txt", Audience: []string{"customer"}, Confirm: confirm}, strings.NewReader(privateKey), nil, i18n.English)
				return err
			}},
			"reply of the customer": {[]string{"text secrets.in-text"}, func(confirm string) error {
				_, err := w.Reply(ctx, w.as("p-will"), c.Number, app.Reply{Verb: "message", Text: privateKey, Confirm: confirm}, i18n.English)
				return err
			}},
			"new case": {[]string{"text secrets.in-text"}, func(confirm string) error {
				_, err := w.OpenCase(ctx, w.as("p-will"), wire.NewCase{Subscription: "wg-flow-2", Topic: "break-fix", Subject: "Key", Text: privateKey, Confirm: confirm}, i18n.English)
				return err
			}},
			"solution": {[]string{"text secrets.in-text"}, func(confirm string) error {
				_, err := w.SolveWith(ctx, fiona, c.Number, "propose", wire.CaseStep{Text: privateKey, Confirm: confirm}, app.Beside{}, nil, i18n.English)
				return err
			}},
		}
		for _, what := range slices.Sorted(maps.Keys(ways)) {
			way := ways[what]
			before := w.version("p-fiona", c.Number)
			if got := secretAt(t, what, way.do("")); !slices.Equal(got, way.at) {
				t.Errorf("%s: found at %v, want %v", what, got, way.at)
			}
			if after := w.version("p-fiona", c.Number); after != before {
				t.Errorf("%s: the case went from %d to %d before the answer", what, before, after)
			}
			if err := way.do(wire.ConfirmSecrets); err != nil {
				t.Errorf("%s, confirmed: %v", what, err)
			}
		}
		if _, err := w.SayWith(ctx, fiona, c.Number, wire.NewMessage{Text: privateKey, Audience: []string{"internal"}}, app.Beside{Files: []app.Upload{w.upload("p-fiona", c.Number, ".env", "x")}}, nil, i18n.English); err != nil {
			t.Errorf("a note is asked about: %v", err)
		}
		w.verified()
	})
}

// What is released with a handoff leaves as well: a note that stayed, and the
// words of the package.
func TestAHandoffIsAskedAboutAsWell(t *testing.T) {
	eachWorld(t, func(t *testing.T, w *world) {
		c := w.hidden()
		w.say("p-fiona", c.Number, privateKey)
		n, ctx := w.version("p-fiona", c.Number), t.Context()
		send := func(actor access.Actor, h wire.NewHandoff) (*wire.Case, error) {
			return w.HandOver(ctx, actor, c.Number, h, nil, i18n.English)
		}
		h := wire.NewHandoff{To: "wideworld", Package: wire.Package{Summary: "stops", Tried: privateKey}, Messages: []int64{n}}
		_, err := send(w.as("p-fiona"), h)
		if got := secretAt(t, "handoff", err); !slices.Equal(got, []string{"tried secrets.in-text", "messages secrets.in-message"}) {
			t.Errorf("found at %v", got)
		}
		h.Confirm = wire.ConfirmSecrets
		sent, err := send(w.as("p-fiona"), h)
		if err != nil {
			t.Fatal(err)
		}
		ask := wire.HandoffStep{Questions: []wire.Question{{Text: privateKey}}}
		_, err = w.Step(ctx, w.as("p-jo"), sent.Handoff.ID, "ask", ask, nil, i18n.English)
		if got := secretAt(t, "question", err); !slices.Equal(got, []string{"questions secrets.in-text"}) {
			t.Errorf("found at %v", got)
		}
		w.verified()
	})
}
