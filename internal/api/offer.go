package api

import (
	"encoding/json"
	"net/http"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"switchboard/internal/app"
	"switchboard/wire"
)

// OfferQuery narrows the list of offers.
type OfferQuery struct {
	Query     string `query:"q"`
	Publisher string `query:"publisher"`
	Kind      string `query:"kind"`
	Status    string `query:"status"`
	PageQuery
}

// OfferID names an offer.
type OfferID struct {
	ID string `path:"id"`
}

// OfferContact names a contact point of an offer: {role} or {role}-{n}.
type OfferContact struct {
	ID   string `path:"id"`
	Role string `path:"role"`
}

func listOffers(c *call, in *OfferQuery) (*Document[wire.Page[wire.OfferSummary]], error) {
	page, err := c.app.Offers(c.ctx, c.actor, app.OfferFilter{Query: in.Query, Publisher: in.Publisher, Kind: in.Kind,
		Status: in.Status, Cursor: in.Cursor, Limit: in.limit()}, c.lang)
	return document(&page, err)
}

func offerDetails(c *call, in *OfferID) (*Document[wire.OfferDetails], error) {
	return document(c.app.OfferDetails(c.ctx, c.actor, in.ID, c.lang))
}

func verifyContact(c *call, in *OfferContact) (*Document[wire.OfferDetails], error) {
	return document(c.app.VerifyContact(c.ctx, c.actor, in.ID, in.Role, c.lang))
}

func approveContact(c *call, in *OfferContact) (*Document[wire.OfferDetails], error) {
	return document(c.app.ApproveContact(c.ctx, c.actor, in.ID, in.Role, c.lang))
}

func withdrawContact(c *call, in *OfferContact) (*Document[wire.OfferDetails], error) {
	return document(c.app.WithdrawContact(c.ctx, c.actor, in.ID, in.Role, c.lang))
}

// CustomerID names a customer.
type CustomerID struct {
	ID     string `path:"id"`
	Accept string `header:"Accept"`
}

// Written is an answer that writes itself.
type Written struct {
	ContentType string `header:"Content-Type"`
	Disposition string `header:"Content-Disposition"`
	Body        func(huma.Context)
}

// contactSheet is JSON, or CSV for those who accept that only.
func contactSheet(c *call, in *CustomerID) (*Written, error) {
	sheet, err := c.app.ContactSheet(c.ctx, c.actor, in.ID, c.lang)
	if err != nil {
		return nil, err
	}
	if strings.HasPrefix(strings.TrimSpace(in.Accept), "text/csv") {
		return written("text/csv; charset=utf-8", c.app.SheetCSV(sheet, c.lang)), nil
	}
	data, err := json.Marshal(sheet)
	return written("application/json", data), err
}

func written(typ string, data []byte) *Written {
	return &Written{ContentType: typ, Body: func(ctx huma.Context) {
		ctx.SetStatus(http.StatusOK)
		// The reader may have gone; there is nobody left to tell.
		_, _ = ctx.BodyWriter().Write(data)
	}}
}

func gaps(c *call, _ *struct{}) (*Document[wire.GapReport], error) {
	return document(c.app.Gaps(c.ctx, c.actor, c.lang))
}
