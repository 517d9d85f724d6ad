package web

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"net/http"

	"rsc.io/qr"

	"switchboard/internal/access"
	"switchboard/internal/fault"
	"switchboard/wire"
)

// A subscription's link opens "who answers" with nothing to fill in. Its
// holder needs no account and sees what the customer may see.

// openLink reads the link; from then on the visit is its holder's.
func (v *visit) openLink() (*purchase, error) {
	actor, sub, err := v.site.app.OpenLink(v.ctx(), v.r.PathValue("token"))
	if err != nil {
		return nil, err
	}
	v.actor = actor
	p := &purchase{ID: sub.ID, Plan: sub.Plan, Offer: sub.Offer, OfferName: wire.Plain(sub.Offer)}
	details, err := v.site.app.OfferDetails(v.ctx(), access.Actor{Company: sub.Customer, Kinds: []string{wire.Customer}, Via: access.ViaLink}, sub.Offer, v.lang())
	switch {
	case err == nil:
		p.OfferName = orID(details.Name, sub.Offer)
	case !fault.Is(err, fault.NotFound):
		return nil, err
	}
	return p, nil
}

func (v *visit) linkPath() string { return "/s/" + v.r.PathValue("token") }

func subscriptionLink(v *visit) error {
	known, err := v.openLink()
	if err != nil {
		return err
	}
	return v.ok(askPage(v, v.linkView(known)))
}

func (v *visit) linkView(known *purchase) askView {
	q := readQuestion(v.r.URL.Query())
	view := askView{q: question{Subscription: known.ID, Topic: q.Topic, Text: q.Text}, action: v.linkPath() + "/answer", known: known}
	view.setTopics(v)
	return view
}

func subscriptionAnswer(v *visit) error {
	known, err := v.openLink()
	if err != nil {
		return err
	}
	q := readQuestion(v.r.URL.Query())
	q.Offer, q.Customer, q.As, q.Subscription = "", "", "", known.ID
	if q.Topic == "" && q.Text == "" {
		view := v.linkView(known)
		view.missing = lacking([]fault.Field{lacksTopic})
		return v.page(http.StatusUnprocessableEntity, askPage(v, view))
	}
	view, err := v.answerTo(q, v.linkPath()+"/answer")
	if err != nil {
		return err
	}
	q.Subscription = "" // the link says it
	view.back, view.offer = q.at(v.linkPath()), known.OfferName
	return v.ok(answerPage(v, view))
}

// address is the link in full, as it stands in the picture and on the card.
func (v *visit) address() string {
	base := v.site.base
	if base == "" {
		base = "http://" + v.r.Host
	}
	return base + v.linkPath()
}

func subscriptionQR(v *visit) error {
	if _, err := v.openLink(); err != nil {
		return err
	}
	code, err := qr.Encode(v.address(), qr.M)
	if err != nil {
		return err
	}
	return v.file("image/svg+xml", drawQR(code, v.T("web.link.qr")))
}

// drawQR draws the code with the quiet zone of four modules that readers need.
func drawQR(code *qr.Code, title string) []byte {
	var b, label bytes.Buffer
	if err := xml.EscapeText(&label, []byte(title)); err != nil {
		label.Reset()
	}
	size := code.Size + 8
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" shape-rendering="crispEdges" role="img"><title>%s</title><path fill="#fff" d="M0 0h%dv%dH0z"/><path d="`, size, size, label.String(), size, size)
	for y := range code.Size {
		for x := range code.Size {
			if code.Black(x, y) {
				fmt.Fprintf(&b, "M%d %dh1v1h-1z", x+4, y+4)
			}
		}
	}
	b.WriteString(`"/></svg>`)
	return b.Bytes()
}

func subscriptionCard(v *visit) error {
	known, err := v.openLink()
	if err != nil {
		return err
	}
	return v.ok(cardPage(v, *known))
}
