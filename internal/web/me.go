package web

import (
	"slices"
	"strings"

	"switchboard/internal/app"
	"switchboard/internal/fault"
	"switchboard/internal/i18n"
	"switchboard/wire"
)

// meView is a person's own page.
type meView struct {
	done  string // key of what was just done
	after string // where to go on after a turn on a case
	fault mistakes
}

func me(v *visit) (err error) {
	view := meView{}
	if view.after, err = v.site.app.After(v.ctx(), v.actor); err != nil {
		return err
	}
	switch done := v.r.URL.Query().Get("done"); done {
	case "saved", "password":
		view.done = "web.me.done." + done
	}
	return v.ok(mePage(v, view))
}

func saveMe(v *visit) error {
	form, err := v.form()
	if err != nil {
		return err
	}
	zone := form.Get("zone")
	if zone != "" && zoneOf(zone) == nil {
		wrong := fault.New(fault.Invalid, "invalid.fields").At("zone", "web.me.zone.unknown", "zone", zone)
		return v.page(422, mePage(v, meView{after: form.Get("after"), fault: mistakes{wrong}}))
	}
	lang := v.session.Lang
	if wish, ok := i18n.Parse(form.Get("lang")); ok {
		lang = string(wish)
	}
	if err := v.preferTheme(form.Get("theme")); err != nil {
		return err
	}
	return v.do(there("/me?done=saved"), func() (string, error) {
		err := v.site.app.Prefer(v.ctx(), v.actor, lang, zone)
		if err == nil && form.Has("after") {
			err = v.site.app.PreferAfter(v.ctx(), v.actor, form.Get("after"))
		}
		if err == nil {
			v.forgetChoices()
		}
		return v.actor.Person, err
	})
}

// forgetChoices: what is saved with the person counts again.
func (v *visit) forgetChoices() {
	v.prefer("lang", "")
	v.prefer("tz", "")
}

// afters are the places to go on after a turn on a case.
func afters(v *visit) []choice {
	return choices(v, "web.me.after.", []string{app.AfterNext, app.AfterStay, app.AfterList}, "")
}

func savePassword(v *visit) error {
	form, err := v.form()
	if err != nil {
		return err
	}
	// Every other session ends with the old password; this one goes on anew.
	session, err := v.site.app.SetPassword(v.ctx(), v.actor, form.Get("old"), form.Get("password"))
	if err == nil {
		v.beginSession(session)
		return v.redirect("/me?done=password")
	}
	f := fault.Of(err)
	field := ""
	switch f.Code {
	case "auth.sign-in-failed":
		f, field = fault.New(fault.Invalid, "web.me.password.wrong"), "old"
	case "auth.password-length":
		field = "password"
	default:
		return err
	}
	after, err := v.site.app.After(v.ctx(), v.actor)
	if err != nil {
		return err
	}
	return v.page(wire.Status(string(f.Kind)), mePage(v, meView{after: after, fault: onField(mistakes{f}, field)}))
}

// zones are those whose city has a name in the reader's language.
func zones(v *visit) []choice {
	out := []choice{}
	for _, key := range i18n.Keys() {
		if zone, ok := strings.CutPrefix(key, "city."); ok {
			out = append(out, choice{Value: zone, Text: v.T(key)})
		}
	}
	slices.SortFunc(out, func(a, b choice) int { return strings.Compare(a.Text, b.Text) })
	if zone := v.chosenZone(); zone != "" && !slices.ContainsFunc(out, func(c choice) bool { return c.Value == zone }) {
		out = append(out, choice{Value: zone, Text: v.p.CityOf(zone)})
	}
	return append([]choice{{Text: v.T("web.me.zone.none")}}, out...)
}

func languageChoices() []choice {
	var out []choice
	for _, lang := range i18n.Langs() {
		out = append(out, choice{string(lang), i18n.For(lang).T("web.language.own", nil), string(lang)})
	}
	return out
}
