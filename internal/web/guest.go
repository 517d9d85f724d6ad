package web

import (
	"net/http"
	"net/url"
	"time"

	"switchboard/internal/app"
	"switchboard/internal/fault"
	"switchboard/wire"
)

// A guest link opens one case in one browser. Opening it changes nothing; a
// press on its page swaps it for a cookie that is sent to that case alone, and
// no address names the secret after that.

// guestCookie is its name. It has a path, so the prefix is __Secure-.
func (s *site) guestCookie() string {
	if s.secure {
		return "__Secure-guest"
	}
	return "guest"
}

func (v *visit) setGuest(secret, path string, maxAge int) {
	http.SetCookie(v.w, &http.Cookie{Name: v.site.guestCookie(), Value: secret, Path: path, MaxAge: maxAge,
		HttpOnly: true, Secure: v.site.secure, SameSite: http.SameSiteLaxMode})
}

const guestLife = 7 * 24 * time.Hour

func guestLanding(v *visit) error {
	v.w.Header().Set("Referrer-Policy", "no-referrer")
	landing, err := v.site.app.GuestLanding(v.ctx(), v.r.PathValue("token"), v.lang())
	switch {
	case fault.Is(err, fault.Denied), fault.Is(err, fault.NotFound), err == nil && !landing.Holds:
		return v.page(http.StatusGone, endedPage(v, landing))
	case err != nil:
		return err
	}
	if landing.Link.Handoff != "" {
		return v.ok(invitationPage(v, landing))
	}
	return v.ok(landingPage(v, landing, requestView{Request: landing.Request}))
}

func enterAsGuest(v *visit) error {
	v.w.Header().Set("Referrer-Policy", "no-referrer")
	secret, link, err := v.site.app.EnterAsGuest(v.ctx(), v.r.PathValue("token"))
	if fault.Is(err, fault.Denied) {
		return guestLanding(v)
	}
	if err != nil {
		return err
	}
	at := "/r/" + link.Case
	if link.Handoff != "" {
		at = "/g/" + link.Case
	}
	v.setGuest(secret, at, int(guestLife.Seconds()))
	return v.redirect(at)
}

// share makes a guest link and shows it; it is shown once, so the answer is the
// page itself.
func share(v *visit) error {
	if in, err := v.enter(); err != nil || !in {
		return err
	}
	form, err := v.form()
	if err != nil {
		return err
	}
	secret, made, err := v.site.app.ShareCase(v.ctx(), v.actor, v.r.PathValue("ref"), trimmed(form, "contact"))
	wrong, again := rejected(err)
	if err != nil && !again {
		return err
	}
	view, err := v.openRequest()
	if err != nil || view == nil {
		return err
	}
	if again {
		view.typed, view.fault = form, wrong
		return v.page(wire.Status(string(wrong.fault.Kind)), requestPage(v, *view))
	}
	view.link, view.made = v.absolute("/link/"+secret), made.Contact
	return v.page(http.StatusCreated, requestPage(v, *view))
}

func unshare(v *visit) error {
	if in, err := v.enter(); err != nil || !in {
		return err
	}
	if _, err := v.form(); err != nil {
		return err
	}
	ref := v.r.PathValue("ref")
	if err := v.site.app.UnshareCase(v.ctx(), v.actor, ref, v.r.PathValue("id")); err != nil {
		return err
	}
	return v.redirect("/r/" + ref + "?done=revoked")
}

// ended is when a link stopped opening anything.
func ended(g app.GuestLink) time.Time {
	if !g.Revoked.IsZero() && g.Revoked.Before(g.Expires) {
		return g.Revoked
	}
	return g.Expires
}

// signinTo leads to the request of a link that has ended, for who has an account.
func signinTo(g app.GuestLink) string {
	if g.Case == "" {
		return "/signin"
	}
	return "/signin?to=" + url.QueryEscape("/r/"+g.Case)
}
