package web

import (
	"net/url"
	"strings"

	"switchboard/internal/app"
	"switchboard/wire"
)

// offersView is the discover page (S37).
type offersView struct {
	filter app.OfferFilter
	page   wire.Page[wire.OfferSummary]
	next   string
	all    bool // without any filter
}

func offers(v *visit) error {
	q := v.r.URL.Query()
	filter := app.OfferFilter{Query: strings.TrimSpace(q.Get("q")), Publisher: q.Get("publisher"), Kind: q.Get("kind"), Status: q.Get("status"),
		Cursor: q.Get("cursor"), Limit: pageSize}
	page, err := v.site.app.Offers(v.ctx(), v.actor, filter, v.lang())
	if err != nil {
		return err
	}
	view := offersView{filter: filter, page: page, all: filter.Query+filter.Publisher+filter.Kind+filter.Status == ""}
	if page.Next != "" {
		q.Set("cursor", page.Next)
		view.next = "/offers?" + q.Encode()
	}
	return v.ok(offersPage(v, view))
}

// pageSize is how many offers one page of the list shows.
const pageSize = 25

// without is the list with one filter taken off.
func (o offersView) without(name string) string {
	q := url.Values{}
	for key, value := range map[string]string{"q": o.filter.Query, "publisher": o.filter.Publisher, "kind": o.filter.Kind, "status": o.filter.Status} {
		if value != "" && key != name {
			q.Set(key, value)
		}
	}
	if len(q) == 0 {
		return "/offers"
	}
	return "/offers?" + q.Encode()
}

// kindChoices and statusChoices begin with "any".
func kindChoices(v *visit) []choice {
	return choices(v, "offer-kind.", append([]string{""}, wire.OfferKinds()...), "web.offers.any-kind")
}

func statusChoices(v *visit) []choice {
	return choices(v, "offer-status.", []string{"", "live", "preview", "draft", "delisted"}, "web.offers.any-status")
}

// choices words a closed list; the empty value has a sentence of its own.
func choices(v *visit, prefix string, values []string, none string) []choice {
	out := make([]choice, len(values))
	for i, value := range values {
		out[i] = choice{Value: value, Text: v.T(none)}
		if value != "" {
			out[i].Text = v.T(prefix + value)
		}
	}
	return out
}

// freshnessAt is how fresh a date of checking is (spec 1 section 8).
func freshnessAt(v *visit, date *string) string {
	switch days := v.daysSince(deref(date)); {
	case date == nil:
		return "unverified"
	case days > 180:
		return "stale"
	case days > 90:
		return "aging"
	}
	return "fresh"
}

// publisherName names the publisher the list is limited to.
func publisherName(o offersView) wire.Party {
	for _, item := range o.page.Items {
		if item.Publisher.Company == o.filter.Publisher {
			return item.Publisher
		}
	}
	return wire.Party{Company: o.filter.Publisher, Name: o.filter.Publisher}
}
