package web

import (
	"cmp"
	"context"
	"net/http"
	"net/url"
	"strings"
	"time"

	"switchboard/internal/access"
	"switchboard/internal/fault"
	"switchboard/internal/i18n"
	"switchboard/wire"
)

// visit is one request with what every page needs: who reads, in which
// language, in which zone.
type visit struct {
	site    *site
	w       http.ResponseWriter
	r       *http.Request
	status  int    // of the answer, once it is known
	id      string // of the request, for the log and the page of an error
	now     time.Time
	actor   access.Actor
	session *wire.Session // nil = signed out
	portal  *wire.Company // the partner whose own host was called; nil = none
	p       *i18n.Printer
	theme   string         // light | dark | "" = as the system
	zone    *time.Location // the reader's; nil when not known
	heard   int64          // up to where the company's feed went before the page was read
	kept    url.Values     // what was typed before signing in was asked for

	attending string // the case of the page and who else is there, for its stream
}

func (v *visit) ctx() context.Context { return v.r.Context() }

// lang is the language of the page.
func (v *visit) lang() i18n.Lang { return v.p.Lang() }

// T is the sentence of a key; args are pairs of a name and a value.
func (v *visit) T(key string, args ...any) string { return v.p.T(key, named(args)) }

func named(args []any) map[string]any {
	if len(args) == 0 {
		return nil
	}
	out := make(map[string]any, len(args)/2)
	for i := 0; i+1 < len(args); i += 2 {
		value := args[i+1]
		if party, ok := value.(wire.Party); ok {
			value = party.Name
		}
		out[args[i].(string)] = value
	}
	return out
}

// may tells whether to show what needs an ability; the use case decides again.
func (v *visit) may(ability access.Ability) bool { return access.May(v.actor, ability) }

func (v *visit) signedIn() bool { return v.session != nil }

// form reads the query, or the body of a POST, within bounds.
func (v *visit) form() (url.Values, error) {
	if v.r.Method != http.MethodPost {
		return v.r.URL.Query(), nil
	}
	if v.inParts() { // it takes no files
		p, err := v.parts("", false, maxForm)
		return p.Values, err
	}
	v.r.Body = http.MaxBytesReader(v.w, v.r.Body, maxForm)
	if err := v.r.ParseForm(); err != nil {
		return nil, fault.Wrap(err, fault.Invalid, "web.form.unreadable")
	}
	return v.r.PostForm, nil
}

const maxForm = 1 << 20

// here is the page's own address, to come back to.
func (v *visit) here() string { return v.r.URL.RequestURI() }

// local makes an address of ours from one that came with a request; anything
// that could lead elsewhere becomes the first page.
func local(address string) string {
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "" || u.Host != "" || u.User != nil ||
		!strings.HasPrefix(address, "/") || strings.HasPrefix(address, "//") || strings.ContainsAny(address, "\\\r\n\t") {
		return "/"
	}
	return address
}

// visit reads the request's language, theme, zone and session.
func (s *site) visit(w http.ResponseWriter, r *http.Request) (*visit, error) {
	v := &visit{site: s, w: w, r: r, id: requestID(r), now: s.now(), actor: access.Actor{Via: access.ViaWeb}}
	v.p = i18n.For(i18n.Match(r.URL.Query().Get("lang"), cookie(r, "lang"), r.Header.Get("Accept-Language")))
	switch theme := cookie(r, "theme"); theme {
	case "light", "dark":
		v.theme = theme
	}
	v.zone = zoneOf(cmp.Or(cookie(r, "tz"), cookie(r, "zone")))
	if err := v.authenticate(); err != nil {
		return v, err
	}
	v.holdLanguage()
	return v, v.comeIn()
}

// holdLanguage: an address that names a language, as those in letters do, is where
// its reader begins. What is done there answers in it too.
func (v *visit) holdLanguage() {
	wish, ok := i18n.Parse(v.r.URL.Query().Get("lang"))
	if ok && cookie(v.r, "lang") != string(wish) {
		v.prefer("lang", string(wish))
	}
}

// comeIn: a partner's own host is that partner's shop window for whoever is
// signed out (spec 1 section 2). The host is that of the request; a header that
// a proxy may add could be written by anybody.
func (v *visit) comeIn() (err error) {
	v.portal, err = v.site.app.Portal(v.ctx(), v.r.Host)
	if v.portal != nil && !v.signedIn() {
		v.actor.Portal = v.portal.ID
	}
	return err
}

// chosenZone is the zone that the reader has chosen, "" = as the browser tells.
func (v *visit) chosenZone() string {
	if chosen := cookie(v.r, "tz"); zoneOf(chosen) != nil || v.session == nil {
		return chosen
	}
	return v.session.TZ
}

// authenticate finds the person of the session cookie. A session that has
// ended is the same as none.
func (v *visit) authenticate() error {
	secret := cookie(v.r, v.site.sessionCookie())
	if secret == "" {
		return nil
	}
	actor, session, err := v.site.app.Authenticate(v.ctx(), secret, access.ViaWeb)
	switch {
	case fault.Is(err, fault.Internal), fault.Is(err, fault.Unavailable):
		return err
	case err != nil:
		v.endSession()
		return nil
	}
	v.actor, v.session = actor, &session
	v.p = i18n.For(i18n.Match(v.r.URL.Query().Get("lang"), cookie(v.r, "lang"), session.Lang, v.r.Header.Get("Accept-Language")))
	v.zone = zoneOf(cmp.Or(cookie(v.r, "tz"), session.TZ, cookie(v.r, "zone")))
	return nil
}

// zoneOf reads an IANA zone; nil when there is none, since a guessed zone is
// worse than none (experience 4.4).
func zoneOf(name string) *time.Location {
	if name == "" || name == "Local" {
		return nil
	}
	zone, err := time.LoadLocation(name)
	if err != nil {
		return nil
	}
	return zone
}

func cookie(r *http.Request, name string) string {
	c, err := r.Cookie(name)
	if err != nil {
		return ""
	}
	return c.Value
}
