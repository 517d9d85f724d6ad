package cli

import (
	"io"
	"slices"
	"strings"
	"testing"
	"time"

	"switchboard/client"
	"switchboard/internal/demo"
	"switchboard/internal/i18n"
	"switchboard/internal/server"
	"switchboard/wire"
)

// staged is the demonstration's data at an instant, opened again as its server
// opens it.
func staged(t *testing.T, now time.Time) (*session, *staging) {
	t.Helper()
	s := &session{Process: Process{Out: io.Discard, Err: io.Discard, Env: func(string) string { return "" }, Now: func() time.Time { return now }}, ctx: t.Context(), lang: i18n.English}
	s.g = &globals{DataDir: t.TempDir()}
	if err := s.stage(); err != nil {
		t.Fatal(err)
	}
	srv, err := server.Open(t.Context(), s.serverOptions())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := srv.Close(); err != nil {
			t.Error(err)
		}
	})
	return s, &staging{s: s, srv: srv, clock: now, desks: map[string]string{}}
}

func (st *staging) list(t *testing.T, company, person, view string) (out []wire.CaseSummary) {
	t.Helper()
	c, err := st.as(company, person)
	if err != nil {
		t.Fatal(err)
	}
	page, err := c.Cases(t.Context(), client.CaseFilter{View: view}, "", 100)
	if err != nil {
		t.Fatal(err)
	}
	return page.Items
}

// On a Friday, on a Sunday and in another year the demonstration has cases in
// every state, the late one first, and its ledger is whole.
func TestDemoCasesAreInEveryState(t *testing.T) {
	for _, day := range []string{"2026-11-27T18:00:00Z", "2027-05-16T03:00:00Z"} {
		now, err := time.Parse(time.RFC3339, day)
		if err != nil {
			t.Fatal(err)
		}
		_, st := staged(t, now)
		states := map[string]bool{}
		for _, desk := range []struct{ company, person string }{{"tailspin", "p-ken"}, {"fabrikam", "p-fiona"}, {"mingyue", "p-shufen"}, {"contoso", "p-priya"}} {
			for _, c := range st.list(t, desk.company, desk.person, "") {
				states[c.State] = true
			}
		}
		for _, state := range []string{"new", "in-work", "waiting", "offered", "proposed", "closed"} {
			if !states[state] {
				t.Errorf("%s: no case is %s", day, state)
			}
		}
		first := st.list(t, "tailspin", "p-ken", "needs-us")[0]
		if first.Due == nil || !first.Due.Before(now) {
			t.Errorf("%s: the first case of the list, %q, is not late: %v", day, first.Subject, first.Due)
		}
		st.joint(t)
		st.whole(t)
	}
}

// joint: the publisher has declined twice, and both sides sit down together.
func (st *staging) joint(t *testing.T) {
	t.Helper()
	c, err := st.as("tailspin", "p-ken")
	if err != nil {
		t.Fatal(err)
	}
	for _, one := range st.list(t, "tailspin", "p-ken", "") {
		lines, err := c.Timeline(t.Context(), one.Number, 0)
		if err != nil {
			t.Fatal(err)
		}
		if slices.ContainsFunc(lines, func(l wire.CaseEvent) bool { return strings.HasPrefix(l.Kind, "joint-session") }) {
			return
		}
	}
	t.Error("no case of Tailspin is in a joint session")
}

func (st *staging) whole(t *testing.T) {
	t.Helper()
	c, err := client.New(client.Options{Server: "http://switchboard.invalid", Transport: st.srv.Local(), Tries: 1})
	if err != nil {
		t.Fatal(err)
	}
	check, err := c.VerifyStore(t.Context(), "")
	if err != nil {
		t.Fatal(err)
	}
	if check.Checked != len(demo.Cases()) || len(check.Troubles) > 0 {
		t.Errorf("verify: %d cases of %d, %v", check.Checked, len(demo.Cases()), check.Troubles)
	}
}
