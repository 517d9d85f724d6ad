package web

import (
	"net/http"

	"switchboard/internal/fault"
	"switchboard/wire"
)

// offerView is Offer details (S30-S38), filtered for the reader.
type offerView struct {
	*wire.OfferDetails
	names names
	fault mistakes
}

func offer(v *visit) error {
	view, err := v.offerView()
	if err != nil {
		return err
	}
	return v.ok(offerPage(v, view))
}

func (v *visit) offerView() (offerView, error) {
	details, err := v.site.app.OfferDetails(v.ctx(), v.actor, v.r.PathValue("id"), v.lang())
	if err != nil {
		return offerView{}, err
	}
	view := offerView{OfferDetails: details, names: names{}}
	view.names.party(&details.Publisher)
	for _, a := range details.Answers {
		view.names.party(a.Performs)
		if a.Reach != nil {
			view.names.party(&a.Reach.Party)
		}
	}
	return view, nil
}

// verifyOffer: "everything is still right" is one press.
func verifyOffer(v *visit) error {
	form, err := v.form()
	if err != nil {
		return err
	}
	return v.onContacts(func(id string) error {
		_, err := v.site.app.VerifyContact(v.ctx(), v.actor, id, form.Get("ref"), v.lang())
		return err
	})
}

// settleContact approves or withdraws a change of a contact point that waits.
func settleContact(v *visit) error {
	if _, err := v.form(); err != nil {
		return err
	}
	settle := v.site.app.WithdrawContact
	switch v.r.PathValue("act") {
	case "withdraw":
	case "approve":
		settle = v.site.app.ApproveContact
	default:
		return fault.New(fault.NotFound, "web.no-such-page")
	}
	return v.onContacts(func(id string) error {
		_, err := settle(v.ctx(), v.actor, id, v.r.PathValue("contact"), v.lang())
		return err
	})
}

// onContacts does one thing to the contacts of an offer and shows them.
func (v *visit) onContacts(act func(offer string) error) error {
	id := v.r.PathValue("id")
	err := v.do(there("/offers/"+id+"#contacts"), func() (string, error) { return id, act(id) })
	wrong, again := rejected(err)
	if !again || fault.Is(err, fault.NotFound) {
		return err
	}
	view, err := v.offerView()
	if err != nil {
		return err
	}
	view.fault = wrong
	return v.page(http.StatusConflict, offerPage(v, view))
}

// waiting are the contact points of which a change waits.
func waiting(contacts []wire.OfferContact) []wire.OfferContact {
	var out []wire.OfferContact
	for _, c := range contacts {
		if c.Pending != nil {
			out = append(out, c)
		}
	}
	return out
}

// linksOf are the documents of one kind.
func (o offerView) linksOf(kinds ...string) []wire.OfferLink {
	var out []wire.OfferLink
	for _, kind := range kinds {
		for _, l := range o.Links {
			if l.Kind == kind {
				out = append(out, l)
			}
		}
	}
	return out
}

// forPartners tells whether anything stands under "for partners".
func (o offerView) forPartners() []wire.OfferLink {
	return o.linksOf(wire.LinkCollateral, wire.LinkMarketing)
}

func (o offerView) documents() []wire.OfferLink {
	return o.linksOf(wire.LinkDocumentation, wire.LinkTraining, wire.LinkStatus, wire.LinkTerms, wire.LinkPrivacy)
}

// targetRows are the promises of the agreement, most severe first.
func (o offerView) targetRows() []severityTargets {
	var out []severityTargets
	if o.Agreement == nil {
		return nil
	}
	for _, s := range wire.Severities() {
		if t, ok := o.Agreement.Targets[s]; ok {
			out = append(out, severityTargets{s, t})
		}
	}
	return out
}

type severityTargets struct {
	Severity string
	wire.Targets
}
