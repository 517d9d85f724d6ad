package web

import (
	"net/http"
	"strconv"
	"time"

	"switchboard/internal/access"
	"switchboard/wire"
)

// tokensView lists the API tokens of the reader's company.
type tokensView struct {
	list               []wire.Token
	made               *wire.Token // its secret is shown this once
	label, scope, days string
	fault              mistakes
}

func tokens(v *visit) error {
	view := tokensView{scope: string(access.ScopeRead), days: "90"}
	var err error
	if view.list, err = v.site.app.Tokens(v.ctx(), v.actor); err != nil {
		return err
	}
	return v.ok(tokensPage(v, view))
}

func createToken(v *visit) error {
	form, err := v.form()
	if err != nil {
		return err
	}
	earlier, err := v.earlier(v.request())
	if err != nil {
		return err
	}
	if earlier != nil {
		return v.redirect("/tokens") // its secret was shown once
	}
	view := tokensView{label: trimmed(form, "label"), scope: form.Get("scope"), days: form.Get("days")}
	status := http.StatusCreated
	made, err := v.site.app.CreateToken(v.ctx(), v.actor, v.actor.Company, v.actor.Person, view.label, []string{view.scope}, view.expires(v))
	if wrong, again := rejected(err); again {
		view.fault, status = wrong, wire.Status(string(wrong.fault.Kind))
	} else if err != nil {
		return err
	} else {
		view.made = &made
	}
	if view.list, err = v.site.app.Tokens(v.ctx(), v.actor); err != nil {
		return err
	}
	return v.page(status, tokensPage(v, view))
}

func (t tokensView) expires(v *visit) *time.Time {
	days, err := strconv.Atoi(t.days)
	if err != nil || days <= 0 {
		return nil
	}
	at := v.now.AddDate(0, 0, min(days, 3650))
	return &at
}

func revokeToken(v *visit) error {
	if _, err := v.form(); err != nil {
		return err
	}
	id := v.r.PathValue("id")
	return v.do(there("/tokens"), func() (string, error) { return id, v.site.app.RevokeToken(v.ctx(), v.actor, id) })
}

func scopes() []string { return access.Scopes() }

// lives are how long a token can be made to last.
func lives(v *visit) []choice {
	var out []choice
	for _, days := range []int{7, 30, 90, 365} {
		out = append(out, choice{Value: strconv.Itoa(days), Text: v.T("web.tokens.days", "n", days)})
	}
	return append(out, choice{Value: "0", Text: v.T("web.tokens.no-end")})
}

func stampOr(v *visit, t *time.Time, otherwise string) string {
	if t == nil {
		return v.T(otherwise)
	}
	return v.stamp(*t)
}
