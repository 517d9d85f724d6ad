package bench

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os/exec"
	"regexp"
	"strings"
	"time"

	"switchboard/internal/query"
	"switchboard/wire"
)

const (
	pageViews = 100 // of each page in a round
	pageCases = 20  // that are opened for the pages
	pageSends = 40  // messages from the page of a case, in a round
)

// webPage is a page as a signed-in person's browser asks for it.
type webPage struct {
	name  string
	holds string // what stands on it when it is the page
	path  func(i int) string
}

func always(path string) func(int) string { return func(int) string { return path } }

// reader is a person's browser: the session's cookie, and no script.
type reader struct {
	*scene
	client *http.Client
	cookie string
}

// webPages measures the pages as they are asked for and answered over HTTP, packed
// as browsers want them, each in turn with the barest answer of the same server.
func (s *scene) webPages(ctx context.Context, agents []*agent) error {
	if !s.any(pageResults()...) {
		return nil
	}
	s.tell(s.named("page-who"))
	a := agents[bigDesk]
	desk, err := s.signIn(ctx, a.person)
	if err != nil {
		return err
	}
	customer, err := s.signIn(ctx, customerPerson)
	if err != nil {
		return err
	}
	numbers, err := s.pageCases(ctx, a, desk)
	if err != nil {
		return err
	}
	for _, page := range s.deskPages(a, numbers) {
		if err := desk.measure(ctx, page); err != nil {
			return err
		}
	}
	err = customer.measure(ctx, webPage{"page-request", `id="reply"`, func(i int) string { return "/r/" + numbers[i%len(numbers)] }})
	return errors.Join(err, desk.sends(ctx, numbers))
}

func pageResults() (out []string) {
	for _, m := range measures {
		if strings.HasPrefix(m.name, "page-") {
			out = append(out, m.name)
		}
	}
	return out
}

// deskPages are the pages of who works on cases.
func (s *scene) deskPages(a *agent, numbers []string) []webPage {
	number := func(i int) string { return numbers[i%len(numbers)] }
	words := []string{"certificate", "請求", "備份失敗", codeOf(perCode)}
	out := []webPage{
		{"page-who", `id="answer"`, func(i int) string {
			return "/answer?" + url.Values{"subscription": {saleID(a.sales[i%len(a.sales)])}, "topic": {wire.BreakFix}}.Encode()
		}},
		{"page-open-beside", `id="compose"`, func(i int) string { return "/inbox/needs-us?case=" + number(i) }},
		{"page-case", `id="compose"`, func(i int) string { return "/c/" + number(i) }},
		{"page-handoff", `name="send.summary"`, func(i int) string { return "/c/" + number(i) + "/handoff" }},
		{"page-search", `id="list"`, func(i int) string { return "/inbox/needs-us?" + url.Values{"q": {words[i%len(words)]}}.Encode() }},
		{"page-drafts", "?draft=", always("/drafts")},
		{"page-offers", `href="/offers/offer-`, always("/offers")},
		{"page-reports", `class="figures"`, always("/reports")},
	}
	for _, v := range query.Views() {
		out = append(out, webPage{"page-list-" + v.Name, `id="list"`, always("/inbox/" + v.Name)})
	}
	return out
}

// signIn opens a person's session the way the machine's own command line does.
func (s *scene) signIn(ctx context.Context, person string) (*reader, error) {
	var out, talk bytes.Buffer
	c := exec.CommandContext(ctx, s.program, append([]string{"person", "signin-link", person, "--json"}, s.place...)...)
	c.Env, c.Stdout, c.Stderr = childEnv(), &out, &talk
	if err := c.Run(); err != nil {
		return nil, fmt.Errorf("person signin-link: %w: %s", err, talk.Bytes())
	}
	var made struct{ URL string }
	if err := json.Unmarshal(out.Bytes(), &made); err != nil {
		return nil, err
	}
	link, err := url.Parse(made.URL)
	if err != nil {
		return nil, err
	}
	r := &reader{s, &http.Client{Transport: s.http.Transport, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}, ""}
	head, _, err := r.ask(ctx, http.MethodPost, link.Path, url.Values{}, "identity")
	if err != nil {
		return nil, err
	}
	for _, cookie := range head.Cookies() {
		r.cookie = cookie.Name + "=" + cookie.Value
	}
	return r, nil
}

// ask sends what a browser sends of a page: a form where there is one.
func (r *reader) ask(ctx context.Context, method, path string, form url.Values, encoding string) (*http.Response, []byte, error) {
	var body io.Reader
	if form != nil {
		body = strings.NewReader(form.Encode())
	}
	req, err := http.NewRequestWithContext(ctx, method, r.server.url+path, body)
	if err != nil {
		return nil, nil, err
	}
	for name, value := range map[string]string{"Cookie": r.cookie, "Accept-Encoding": encoding, "Accept-Language": "ja", "Sec-Fetch-Site": "same-origin"} {
		req.Header.Set(name, value)
	}
	if form != nil {
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	res, err := r.client.Do(req)
	if err != nil {
		return nil, nil, err
	}
	defer res.Body.Close()
	data, err := io.ReadAll(res.Body)
	want := http.StatusOK
	if form != nil {
		want = http.StatusSeeOther
	}
	if err == nil && res.StatusCode != want {
		err = fmt.Errorf("%s %s: %d %s", method, path, res.StatusCode, clip(data))
	}
	return res, data, err
}

// measure is one page beside the barest answer of its server.
func (r *reader) measure(ctx context.Context, page webPage) error {
	if !r.any(page.name) {
		return nil
	}
	r.tell(r.named(page.name))
	_, body, err := r.ask(ctx, http.MethodGet, page.path(0), nil, "identity")
	if err != nil {
		return err
	}
	if !bytes.Contains(body, []byte(page.holds)) {
		return fmt.Errorf("%s holds no %s: is it the page?", page.path(0), page.holds)
	}
	rounds, floor, err := r.beside(page.name, pageViews, func(i int) error {
		_, _, err := r.ask(ctx, http.MethodGet, page.path(i), nil, "br")
		return err
	}, func(int) error { return r.fetch(ctx, r.server.url+"/healthz") })
	if err != nil {
		return err
	}
	r.add(result(r.named(page.name), rounds, middle(floor, 50), 0))
	return nil
}

// pageCases opens cases whose customer has a person, with a draft on each.
func (s *scene) pageCases(ctx context.Context, a *agent, desk *reader) (numbers []string, err error) {
	for i := range pageCases {
		n := s.newCase(a, i)
		n.Subscription = saleID(a.sales[0])
		c, err := s.post(ctx, a, "/v1/cases", n)
		if err != nil {
			return nil, err
		}
		numbers = append(numbers, c.Number)
		if err := desk.say(ctx, c.Number, url.Values{"say.to": {"internal"}, "do": {"keep"}}, nil); err != nil {
			return nil, err
		}
	}
	return numbers, nil
}

var readVersion = regexp.MustCompile(`name="version" value="([0-9]+)"`)

// say reads the page of a case and sends its composer; it tells how long the
// sending alone took.
func (r *reader) say(ctx context.Context, number string, form url.Values, took *time.Duration) error {
	_, page, err := r.ask(ctx, http.MethodGet, "/c/"+number, nil, "identity")
	if err != nil {
		return err
	}
	version := readVersion.FindSubmatch(page)
	if version == nil {
		return fmt.Errorf("/c/%s has no form", number)
	}
	form.Set("version", string(version[1]))
	form.Set("idem", fmt.Sprintf("bench-%d", posted.Add(1)))
	form.Set("say.text", r.world.words(sentenceLang(int(posted.Load())), int(posted.Load()), 0, 2))
	start := time.Now()
	_, _, err = r.ask(ctx, http.MethodPost, "/c/"+number+"/say", form, "br")
	if took != nil {
		*took = time.Since(start)
	}
	return err
}

// sends measures a message on its way from the composer to the disk.
func (r *reader) sends(ctx context.Context, numbers []string) error {
	if !r.any("page-send") {
		return nil
	}
	r.tell(r.named("page-send"))
	rounds, floors := make([][]float64, r.o.Rounds), make([][]float64, r.o.Rounds)
	for n := range rounds {
		for i := range r.often(pageSends) {
			var took time.Duration
			if err := r.say(ctx, numbers[i%len(numbers)], url.Values{"say.to": {r.world.buyer()}}, &took); err != nil {
				return err
			}
			start := time.Now()
			if err := r.fetch(ctx, r.server.url+"/healthz"); err != nil {
				return err
			}
			rounds[n], floors[n] = append(rounds[n], in("page-send", took)), append(floors[n], in("page-send", time.Since(start)))
		}
	}
	r.add(result(r.named("page-send"), rounds, middle(floors, 50), 0))
	return nil
}
