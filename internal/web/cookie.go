package web

import (
	"net/http"
	"time"
)

const (
	sessionLife    = 30 * 24 * time.Hour
	preferenceLife = 365 * 24 * time.Hour
)

// sessionCookie is the name of the session's cookie. The prefix makes browsers
// refuse one that another host or plain http has set.
func (s *site) sessionCookie() string {
	if s.secure {
		return "__Host-session"
	}
	return "session"
}

// beginSession is the one place that sets the session's cookie.
func (v *visit) beginSession(secret string) {
	v.setSession(secret, int(sessionLife.Seconds()))
}

func (v *visit) endSession() { v.setSession("", -1) }

func (v *visit) setSession(secret string, maxAge int) {
	http.SetCookie(v.w, &http.Cookie{Name: v.site.sessionCookie(), Value: secret, Path: "/", MaxAge: maxAge,
		HttpOnly: true, Secure: v.site.secure, SameSite: http.SameSiteLaxMode})
}

// prefer remembers a choice of a reader: language, theme, zone, keys. The language
// that a person chooses on the way holds until the browser is closed or the
// person signs out; the one to come back to is saved with the person.
func (v *visit) prefer(name, value string) {
	age := int(preferenceLife.Seconds())
	if v.signedIn() && name != "theme" && name != "keys" {
		age = 0
	}
	if value == "" {
		age = -1
	}
	http.SetCookie(v.w, &http.Cookie{Name: name, Value: value, Path: "/", MaxAge: age, Secure: v.site.secure, SameSite: http.SameSiteLaxMode})
}
