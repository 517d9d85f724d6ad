package client

import (
	"io"
	"net/http"
	"strings"
	"testing"

	"switchboard/wire"
)

// Every change names the version it has read, and the command line of a machine
// the company and person it works for.
func TestAChangeOfACaseSaysWhatItHasRead(t *testing.T) {
	var got []string
	c := serve(t, func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		got = append(got, strings.Join([]string{r.Method, r.URL.RequestURI(), r.Header.Get("If-Match"), r.Header.Get("Switchboard-As"), r.Header.Get("Switchboard-Person"), string(body)}, " "))
		io.WriteString(w, `{"number":"1","items":[]}`)
	})
	c.as, c.person = "fabrikam", "fiona"
	ctx, subject := t.Context(), "s"
	for _, do := range []func() error{
		func() error { _, err := c.OpenCase(ctx, wire.NewCase{Subject: "s", Text: "t"}); return err },
		func() error { _, err := c.ChangeCase(ctx, "1", wire.CaseChange{Subject: &subject}, 7); return err },
		func() error { _, err := c.Say(ctx, "1", wire.NewMessage{Text: "t"}, 0); return err },
		func() error { _, err := c.HandOver(ctx, "1", wire.NewHandoff{To: "x"}, 2); return err },
		func() error { _, err := c.PreviewHandoff(ctx, "1", wire.NewHandoff{To: "x"}); return err },
		func() error { _, err := c.StepHandoff(ctx, "1-a", "pass-on", wire.HandoffStep{To: "y"}, 3); return err },
		func() error { _, err := c.StepCase(ctx, "1", "close", wire.CaseStep{Reason: "r"}, 4); return err },
		func() error { _, err := c.Timeline(ctx, "1", 5); return err },
		func() error { _, err := c.CaseClocks(ctx, "1"); return err },
		func() error {
			_, err := c.Cases(ctx, CaseFilter{View: "needs-us", Query: "due:<4h"}, "next", 7)
			return err
		},
		func() error { _, err := c.Search(ctx, "login loops", "", 0); return err },
		func() error { _, err := c.ExportCase(ctx, "1"); return err },
		func() error { _, err := c.PublicKeys(ctx); return err },
		func() error { _, err := c.VerifyStore(ctx, "7"); return err },
	} {
		if err := do(); err != nil {
			t.Fatal(err)
		}
	}
	want := []string{
		`POST /prefix/v1/cases  fabrikam fiona {"subject":"s","text":"t"}`,
		`PATCH /prefix/v1/cases/1 "7" fabrikam fiona {"subject":"s"}`,
		`POST /prefix/v1/cases/1/messages  fabrikam fiona {"text":"t"}`,
		`POST /prefix/v1/cases/1/handoffs "2" fabrikam fiona {"to":"x","summary":""}`,
		`POST /prefix/v1/cases/1/handoffs  fabrikam fiona {"to":"x","summary":"","preview":true}`,
		`POST /prefix/v1/handoffs/1-a/pass-on "3" fabrikam fiona {"to":"y"}`,
		`POST /prefix/v1/cases/1/close "4" fabrikam fiona {"reason":"r"}`,
		`GET /prefix/v1/cases/1/timeline?after=5&limit=200  fabrikam fiona `,
		`GET /prefix/v1/cases/1/clocks  fabrikam fiona `,
		`GET /prefix/v1/cases?cursor=next&limit=7&q=due%3A%3C4h&view=needs-us  fabrikam fiona `,
		`GET /prefix/v1/search?q=login+loops  fabrikam fiona `,
		`GET /prefix/v1/cases/1/export  fabrikam fiona `,
		`GET /prefix/v1/keys  fabrikam fiona `,
		`GET /prefix/v1/verify?cursor=7&limit=200  fabrikam fiona `,
	}
	for i := range want {
		if got[i] != want[i] {
			t.Errorf("%s\nwant %s", got[i], want[i])
		}
	}
}
