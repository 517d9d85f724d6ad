//go:build unix

package faults

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"switchboard/wire"
)

// What a person has sent at the desk waits on the server. Killed between the press
// and the sending, and again and again while it is sent: nothing is lost, and each
// goes out once (promises 1 and 3).
func TestKillServerWhileTheDeskHolds(t *testing.T) {
	eachEngine(t, func(t *testing.T, p place) {
		play := newPlay(t, p)
		s := play.serve()
		d := &desk{t: t, sale: play.sales[0]}
		d.signIn(s)
		for i := range 6 {
			d.send(s, fmt.Sprintf("zqheld%dq", i))
		}
		s.kill()
		begun := time.Now()
		for blow := 0; blow < rounds(8) && (blow < 2 || time.Since(begun) < 12*time.Second); blow++ {
			s = play.serve()
			time.AfterFunc(time.Duration(rand.IntN(1500))*time.Millisecond, s.kill)
			<-s.ended
		}
		s = play.serve()
		until(t, "something was not sent", func() bool { return d.sent(s) == len(d.marks) })
		d.once(s)
		if page := d.get(s, "/drafts"); strings.Contains(page, "zqheld") {
			t.Error("what went out is a draft as well")
		}
		s.kill()
	})
}

// desk is somebody at work in a browser.
type desk struct {
	t      *testing.T
	sale   sale
	cookie string
	marks  map[string]string // by number of the case
}

func (d *desk) signIn(s *serving) {
	d.t.Helper()
	d.marks = map[string]string{}
	person := wire.Person{ID: "desk-1", Company: d.sale.seller, Name: "Desk", Roles: []string{"admin-agent"}}
	data, err := json.Marshal(person)
	if err != nil {
		d.t.Fatal(err)
	}
	d.want(s.do(http.MethodPut, "/v1/people/desk-1", string(data)))
	var link struct{ Path string }
	if err := json.Unmarshal([]byte(d.want(s.do(http.MethodPost, "/v1/people/desk-1/signin-link", "")).body), &link); err != nil {
		d.t.Fatal(err)
	}
	res, err := s.form(link.Path, "", url.Values{"idem": {"in"}})
	if err != nil {
		d.t.Fatal(err)
	}
	for _, c := range res.Cookies() {
		if c.Name == "session" {
			d.cookie = "session=" + c.Value
		}
	}
	if d.cookie == "" {
		d.t.Fatalf("not signed in: %s %v", res.Status, res.Header)
	}
	if res, err := s.form("/me", d.cookie, url.Values{"idem": {"me"}, "lang": {"en"}, "theme": {"system"}, "zone": {""}, "undo": {"5"}}); err != nil || res.StatusCode != http.StatusSeeOther {
		d.t.Fatalf("five seconds to undo: %v %v", res, err)
	}
}

func (d *desk) want(r reply) reply {
	d.t.Helper()
	if r.err != nil || r.status >= 300 {
		d.t.Fatalf("%+v", r)
	}
	return r
}

// send opens a case and answers it at the desk.
func (d *desk) send(s *serving, mark string) {
	d.t.Helper()
	var c wire.Case
	body := fmt.Sprintf(`{"subscription":%q,"topic":"break-fix","severity":"moderate","subject":"s","text":"t"}`, d.sale.id)
	if err := json.Unmarshal([]byte(d.want(s.do(http.MethodPost, "/v1/cases", body, "Switchboard-As", d.sale.customer)).body), &c); err != nil {
		d.t.Fatal(err)
	}
	res, err := s.form("/c/"+c.Number+"/say", d.cookie, url.Values{"idem": {mark}, "version": {"1"}, "say.to": {d.sale.customer}, "say.text": {mark}})
	if err != nil || res.StatusCode != http.StatusSeeOther {
		d.t.Fatalf("%s: %v %v", mark, res, err)
	}
	d.marks[c.Number] = mark
}

// sent is how many have gone out.
func (d *desk) sent(s *serving) (n int) {
	for number, mark := range d.marks {
		r := s.do(http.MethodGet, "/v1/cases/"+number+"/timeline", "", "Switchboard-As", d.sale.customer)
		if strings.Contains(r.body, mark) {
			n++
		}
	}
	return n
}

func (d *desk) once(s *serving) {
	d.t.Helper()
	for number, mark := range d.marks {
		r := d.want(s.do(http.MethodGet, "/v1/cases/"+number+"/timeline", "", "Switchboard-As", d.sale.customer))
		if n := strings.Count(r.body, `"text":"`+mark+`"`); n != 1 {
			d.t.Errorf("%s was sent %d times", mark, n)
		}
	}
}

func (d *desk) get(s *serving, path string) string {
	d.t.Helper()
	return d.want(s.do(http.MethodGet, path, "", "Cookie", d.cookie, "Authorization", "")).body
}

// form posts a form as our own page does, and follows no redirect.
func (s *serving) form(path, cookie string, form url.Values) (*http.Response, error) {
	req, err := http.NewRequest(http.MethodPost, s.url+path, strings.NewReader(form.Encode()))
	if err != nil {
		return nil, err
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	req.Header.Set("Sec-Fetch-Site", "same-origin")
	req.Header.Set("Cookie", cookie)
	once := *s.http
	once.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	res, err := once.Do(req)
	if err != nil {
		return nil, err
	}
	return res, res.Body.Close()
}
