package web

import (
	"net/http"
	"slices"

	"switchboard/internal/app"
	"switchboard/internal/casework"
	"switchboard/internal/fault"
	"switchboard/wire"
)

// W8: whom a handoff has invited decides on one case, and goes on there, without an
// account. Here nobody is anything else: whoever is signed in as well is not that
// person on this page.

// invitedView is the case as the invited company may see it, with the form that
// came back, if one did.
type invitedView struct {
	requestView
	form    typedForm
	version int64
}

// comeInvited finds the guest of a case. Without one it shows that the link has
// ended, and gives false.
func (v *visit) comeInvited() (bool, error) {
	v.w.Header().Set("Referrer-Policy", "no-referrer")
	number, secret := v.r.PathValue("n"), cookie(v.r, v.site.guestCookie())
	v.session = nil
	actor, err := v.site.app.Guest(v.ctx(), secret, number)
	if fault.Is(err, fault.Denied) || err == nil && !actor.Invited {
		return false, v.page(http.StatusGone, endedPage(v, app.Landing{}))
	}
	v.actor = actor
	return err == nil, err
}

func (v *visit) invitedView() (*invitedView, error) {
	full, err := v.site.app.Request(v.ctx(), v.actor, v.r.PathValue("n"), v.lang())
	if err != nil {
		return nil, err
	}
	view := &invitedView{requestView: requestView{Request: full, at: "/g/" + full.Number}, version: full.Version}
	if key := "web.case.done." + v.r.URL.Query().Get("done"); v.p.Has(key) {
		view.done = key
	}
	return view, nil
}

func invited(v *visit) error {
	if in, err := v.comeInvited(); err != nil || !in {
		return err
	}
	view, err := v.invitedView()
	if err != nil {
		return err
	}
	return v.ok(invitedPage(v, *view))
}

func invitedFile(v *visit) error {
	if in, err := v.comeInvited(); err != nil || !in {
		return err
	}
	return v.give(v.r.PathValue("n"), v.r.PathValue("file"))
}

// invitedVerbs are the forms of the page; the use case decides what a guest may.
var invitedVerbs = []string{"say", casework.VerbAccept, casework.VerbAsk, casework.VerbDecline, casework.VerbAnswer, casework.VerbUpdate,
	casework.VerbGiveBack, casework.VerbWithdraw}

// actInvited runs a form and comes back to the page; one that is refused comes back
// as it was typed.
func actInvited(v *visit) error {
	verb := v.r.PathValue("verb")
	if !slices.Contains(invitedVerbs, verb) {
		return missing(v)
	}
	if in, err := v.comeInvited(); err != nil || !in {
		return err
	}
	p, err := v.parcel("", false)
	if err != nil {
		return err
	}
	a := act{v: v, verb: verb, number: v.r.PathValue("n"), values: p.Values}
	err = v.deliver(p, func(string) string { return "/g/" + a.number + "?done=" + verb }, func() (string, error) {
		c, err := caseActs[verb](a)
		if err != nil {
			return "", err
		}
		return c.Number, nil
	})
	wrong, again := rejected(err)
	if !again {
		return err
	}
	view, err := v.invitedView()
	if err != nil {
		return err
	}
	view.form = typedForm{verb, a.values, a.atFields(wrong)}
	return v.page(wire.Status(string(wrong.fault.Kind)), invitedPage(v, *view))
}

// can tells whether the invited company may try a verb now.
func (i invitedView) can(verb string) bool { return slices.Contains(i.May, verb) }

func (i invitedView) wrong(verb string) mistakes {
	if i.form.verb == verb {
		return i.form.fault
	}
	return mistakes{}
}

func (i invitedView) typedIn(verb, name, otherwise string) string {
	if i.form.verb == verb {
		return i.form.values.Get(verb + "." + name)
	}
	return otherwise
}

// us is the invited company.
func (i invitedView) us(v *visit) wire.Party {
	for _, p := range i.Companies {
		if p.Company == v.actor.Company {
			return p.Party
		}
	}
	return wire.Party{Company: v.actor.Company, Name: v.actor.Company}
}

// decides tells whether the case waits for a word of the invited company on the
// handoff.
func (i invitedView) decides(v *visit) bool {
	return i.Handoff != nil && i.Handoff.To.Company == v.actor.Company
}

// idle: there is nothing that the company is asked to do here.
func (i invitedView) idle() bool {
	return !slices.ContainsFunc(invitedVerbs[1:], i.can) && !i.can(casework.VerbMessage) && !i.can(casework.VerbPropose)
}

// readersChoices are those for whom words can be meant, whoever handed the case over
// first: nothing is ever meant for more than was chosen.
func (i invitedView) readersChoices(v *visit) (out []choice) {
	var names []string
	for _, p := range i.Companies {
		if p.Left || p.Company == v.actor.Company {
			continue
		}
		names = append(names, p.Name)
		one := choice{p.Company, p.Name, partyLang(v, p.Party)}
		if i.Handoff != nil && p.Company == i.Handoff.From.Company {
			out = slices.Insert(out, 0, one)
		} else {
			out = append(out, one)
		}
	}
	if len(names) > 1 {
		out = append(out, choice{Value: "all", Text: v.T("web.invited.to.all", "companies", v.p.List(names))})
	}
	if i.can(casework.VerbPropose) {
		out = append(out, choice{Value: toPropose, Text: v.T("web.invited.to.propose")})
	}
	return out
}

// name is how the contact is called where it is written to, for a form that asks
// who works on it.
func (i invitedView) name() string { return i.ContactName }

func invitedVerbKey(verb string) string {
	if verb == "say" {
		return "web.invited.write"
	}
	return "web.verb." + verb
}
