package bench

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"time"

	"switchboard/internal/i18n"
)

// listings is how many lists a client asks for in a round.
const listings = 200

// lists measures a page of offers, and a search.
func (s *scene) lists(ctx context.Context) error {
	for name, path := range map[string]func(i int) string{"offers-page": s.listPath, "offers-search": searchPath} {
		if !s.any(name) {
			continue
		}
		s.tell(s.named(name))
		times, perSecond, err := s.load(name, 1, listings, func(i int) error {
			_, err := s.call(ctx, http.MethodGet, path(i), nil, s.inLang(i))
			return err
		})
		if err != nil {
			return err
		}
		s.add(result(s.named(name), times, 0, perSecond))
	}
	return nil
}

// listPath is the first page of all offers, or of a publisher's.
func (s *scene) listPath(i int) string {
	if i%2 == 0 {
		return "/v1/offers?limit=50"
	}
	return "/v1/offers?limit=50&publisher=" + publisherID(pick(s.world.Publishers, i, "list"))
}

// searchPath looks for words of names, in three languages.
func searchPath(i int) string {
	lang := string(i18n.Langs()[i%3])
	first, second := firstWords[pick(len(firstWords), i, "search-1")][lang], productWords[pick(len(productWords), i, "search-2")][lang]
	return "/v1/offers?limit=50&q=" + url.QueryEscape(first+" "+second)
}

// weighed is how many offer pages are weighed.
const weighed = 60

// loads finds what a page loads before it is whole.
var loads = regexp.MustCompile(`(?:href|src)="(/assets/[^"#?]+)`)

// pages weighs the Offer details page at its first load: the page and all it
// loads, as a browser that reads brotli gets it.
func (s *scene) pages(ctx context.Context) error {
	if !s.any("offer-page") || s.suffix != "" { // the page does not depend on the engine
		return nil
	}
	s.tell("offer-page")
	var weights []float64
	for i := range s.often(weighed) {
		weight, err := s.weigh(ctx, "/offers/"+offerID(pick(s.world.Offers, i, "page")), s.inLang(i))
		if err != nil {
			return err
		}
		weights = append(weights, float64(weight)/1000)
	}
	s.add(single("offer-page", weights, 0, 0))
	return nil
}

func (s *scene) weigh(ctx context.Context, path string, header map[string]string) (bytes int, err error) {
	page, err := s.public(ctx, path, header, "identity")
	if err != nil {
		return 0, err
	}
	seen := map[string]bool{path: true}
	for _, match := range loads.FindAllSubmatch(page, -1) {
		seen[string(match[1])] = true
	}
	if len(seen) == 1 {
		return 0, fmt.Errorf("%s loads nothing: is it the page?", path)
	}
	for at := range seen {
		body, err := s.public(ctx, at, header, "br")
		if err != nil {
			return 0, err
		}
		bytes += len(body)
	}
	return bytes, nil
}

// public gets what a signed-out browser gets.
func (s *scene) public(ctx context.Context, path string, header map[string]string, encoding string) ([]byte, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, s.server.url+path, nil)
	if err != nil {
		return nil, err
	}
	for name, value := range header {
		req.Header.Set(name, value)
	}
	req.Header.Set("Accept-Encoding", encoding)
	res, err := s.http.Do(req)
	if err != nil {
		return nil, err
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err == nil && res.StatusCode != http.StatusOK {
		err = fmt.Errorf("%s: %d %s", path, res.StatusCode, clip(body))
	}
	return body, err
}

// exports measures the whole world going out; the floor reads the same rows.
func (s *scene) exports(ctx context.Context) error {
	rows := 0
	for range s.world.Objects() {
		rows++
	}
	for name, form := range map[string]string{"export-jsonl": "json", "export-yaml": "yaml"} {
		if !s.any(name) {
			continue
		}
		s.tell(s.named(name))
		var rates, floors []float64
		for range min(importRounds, s.o.Rounds) {
			start := time.Now()
			if err := dump(ctx, s.raw, io.Discard); err != nil {
				return err
			}
			floors = append(floors, float64(rows)/time.Since(start).Seconds())
			took, err := s.exportOnce(ctx, form)
			if err != nil {
				return err
			}
			rates = append(rates, float64(rows)/took.Seconds())
		}
		s.add(single(s.named(name), rates, percentile(floors, 50), percentile(rates, 50)))
	}
	return nil
}

// exportOnce reads an export to its end without keeping it.
func (s *scene) exportOnce(ctx context.Context, form string) (time.Duration, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, s.server.url+"/v1/export?format="+form, nil)
	if err != nil {
		return 0, err
	}
	req.Header.Set("Authorization", "Bearer "+s.token)
	start := time.Now()
	res, err := s.http.Do(req)
	if err != nil {
		return 0, err
	}
	defer res.Body.Close()
	n, err := io.Copy(io.Discard, res.Body)
	if err == nil && (res.StatusCode != http.StatusOK || n < int64(s.world.Subscriptions)) {
		err = fmt.Errorf("export: %d, %d bytes", res.StatusCode, n)
	}
	return time.Since(start), err
}
