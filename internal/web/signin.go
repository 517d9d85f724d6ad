package web

import (
	"errors"
	"net"
	"net/http"
	"net/url"
	"strings"

	"switchboard/internal/fault"
	"switchboard/internal/i18n"
	"switchboard/wire"
)

// signinView is the form, as typed; a password is never shown again.
type signinView struct {
	email, to string
	kept      url.Values // what was typed before signing in was asked for
	fault     mistakes
}

func signinForm(v *visit) error {
	to := local(v.r.URL.Query().Get("to"))
	if v.signedIn() {
		return v.redirect(to)
	}
	return v.ok(signinPage(v, signinView{to: to}))
}

func signin(v *visit) error {
	form, err := v.form()
	if err != nil {
		return err
	}
	view := signinView{email: trimmed(form, "email"), to: local(form.Get("to")), kept: keptOf(form)}
	secret, _, err := v.site.app.SignIn(v.ctx(), view.email, form.Get("password"), remote(v.r))
	if err == nil {
		v.beginSession(secret)
		return v.resume(secret, view.to, view.kept)
	}
	wrong, again := rejected(err)
	if f := fault.Of(err); f.Code == "auth.sign-in-failed" {
		wrong, again = mistakes{f}, true
	}
	if !again {
		return err
	}
	view.fault = wrong
	return v.page(wire.Status(string(wrong.fault.Kind)), signinPage(v, view))
}

// remote is the network address a try comes from, to slow down guessing.
func remote(r *http.Request) string {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		return r.RemoteAddr
	}
	return host
}

// signinLink shows a button: mail scanners open links, so only a person's
// press may use one up.
func signinLink(v *visit) error {
	return v.ok(linkPage(v, linkView{key: "web.signin.link", action: v.r.URL.Path}))
}

func useSigninLink(v *visit) error {
	secret, _, err := v.site.app.ConsumeSigninLink(v.ctx(), v.r.PathValue("secret"))
	if err != nil {
		return err
	}
	v.beginSession(secret)
	return v.redirect("/")
}

// linkView is a page with one button, and a password where one is set.
type linkView struct {
	key, action string
	password    bool
	fault       mistakes
}

func invitation(v *visit) error {
	return v.ok(linkPage(v, linkView{key: "web.invite.accept", action: v.r.URL.Path, password: true}))
}

func acceptInvitation(v *visit) error {
	form, err := v.form()
	if err != nil {
		return err
	}
	secret, _, err := v.site.app.AcceptInvite(v.ctx(), v.r.PathValue("secret"), form.Get("password"))
	if err == nil {
		v.beginSession(secret)
		return v.redirect("/me")
	}
	wrong, again := rejected(err)
	if !again {
		return err
	}
	return v.page(wire.Status(string(wrong.fault.Kind)), linkPage(v, linkView{"web.invite.accept", v.r.URL.Path, true, onField(wrong, "password")}))
}

// onField ties a fault that names no field to the one it is about.
func onField(m mistakes, name string) mistakes {
	if len(m.fault.Fields) > 0 {
		return m
	}
	return mistakes{fault.New(m.fault.Kind, m.fault.Code).At(name, m.fault.Code, pairsOf(m.fault.Args)...)}
}

func pairsOf(args fault.Args) []any {
	var out []any
	for name, value := range args {
		out = append(out, name, value)
	}
	return out
}

func signout(v *visit) error {
	if c, err := v.r.Cookie(v.site.sessionCookie()); err == nil {
		err := v.site.app.SignOut(v.ctx(), c.Value)
		if err != nil && !fault.Is(err, fault.NotFound) {
			return err
		}
	}
	v.endSession()
	v.forgetChoices()
	return v.redirect("/")
}

// setPreferences remembers language or theme and stays on the page.
func setPreferences(v *visit) error {
	form, err := v.form()
	if err != nil {
		return err
	}
	if lang, ok := i18n.Parse(form.Get("lang")); ok {
		v.prefer("lang", string(lang))
	}
	if err := v.preferTheme(form.Get("theme")); err != nil {
		return err
	}
	return v.redirect(withoutLang(local(form.Get("back"))))
}

var errNoTheme = errors.New("no such theme")

func (v *visit) preferTheme(theme string) error {
	switch theme {
	case "":
	case "system":
		v.prefer("theme", "")
	case "light", "dark":
		v.prefer("theme", theme)
	default:
		return fault.Wrap(errNoTheme, fault.Invalid, "web.form.unreadable")
	}
	return nil
}

// withoutLang takes the language out of an address, so that the one just
// chosen counts.
func withoutLang(address string) string {
	path, query, found := strings.Cut(address, "?")
	if !found {
		return address
	}
	kept := strings.Split(query, "&")
	out := kept[:0]
	for _, pair := range kept {
		if !strings.HasPrefix(pair, "lang=") {
			out = append(out, pair)
		}
	}
	if len(out) == 0 {
		return path
	}
	return path + "?" + strings.Join(out, "&")
}
