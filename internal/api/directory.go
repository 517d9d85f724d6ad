package api

import (
	"strings"

	"switchboard/internal/app"
	"switchboard/internal/directory"
	"switchboard/internal/fault"
	"switchboard/wire"
)

const (
	usualPage = 50
	mostPage  = 200
)

// PageQuery asks for one page of a list.
type PageQuery struct {
	Limit  int    `query:"limit"`
	Cursor string `query:"cursor"`
}

func (q PageQuery) limit() int {
	if q.Limit <= 0 {
		return usualPage
	}
	return min(q.Limit, mostPage)
}

// ListQuery narrows a list of the directory.
type ListQuery struct {
	Query     string `query:"q"`
	Kind      string `query:"kind"`
	Status    string `query:"status"`
	Company   string `query:"company"`
	Customer  string `query:"customer"`
	Offer     string `query:"offer"`
	Publisher string `query:"publisher"`
	Partner   string `query:"partner"`
	Seller    string `query:"seller"`
	Provider  string `query:"provider"`
	Reseller  string `query:"reseller"`
	PageQuery
}

// ObjectID names an object of the directory.
type ObjectID struct {
	ID string `path:"id"`
}

// ObjectStep names it, and the version that is meant.
type ObjectStep struct {
	ID string `path:"id"`
	Conditions
}

// ObjectBody is an object to write.
type ObjectBody[T any] struct {
	ID string `path:"id"`
	Conditions
	Body T
}

func listObjects[T any](noun directory.Noun) func(*call, *ListQuery) (*Document[wire.Page[T]], error) {
	return func(c *call, in *ListQuery) (*Document[wire.Page[T]], error) {
		items, next, err := c.app.List(c.ctx, c.actor, noun, in.filter(), in.Cursor, in.limit())
		if err != nil {
			return nil, err
		}
		out := make([]T, 0, len(items))
		for _, item := range items {
			out = append(out, *item.Object.(*T))
		}
		return pageOf(out, next), nil
	}
}

func getObject[T any](noun directory.Noun) func(*call, *ObjectID) (*Resource[T], error) {
	return func(c *call, in *ObjectID) (*Resource[T], error) {
		object, version, err := c.app.Get(c.ctx, c.actor, noun, in.ID)
		if err != nil {
			return nil, err
		}
		return &Resource[T]{ETag: etag(version), Body: *object.(*T)}, nil
	}
}

// putObject writes an object under the id of its address; the body may leave
// the id out but not name another.
func putObject[T any](noun directory.Noun) func(*call, *ObjectBody[T]) (*Resource[T], error) {
	return func(c *call, in *ObjectBody[T]) (*Resource[T], error) {
		nameIt(&in.Body, in.ID)
		if _, id := directory.Identify(&in.Body); id != in.ID {
			return nil, fault.New(fault.Invalid, "fields.invalid").At("id", "field.other-id", "id", id, "address", in.ID)
		}
		ifVersion, err := in.version()
		if err != nil {
			return nil, err
		}
		version, err := c.app.Put(c.ctx, c.actor, &in.Body, ifVersion)
		if err != nil {
			return nil, err
		}
		return &Resource[T]{ETag: etag(version), Body: in.Body}, nil
	}
}

func deleteObject(noun directory.Noun) func(*call, *ObjectStep) (*Empty, error) {
	return func(c *call, in *ObjectStep) (*Empty, error) {
		ifVersion, err := in.version()
		if err != nil {
			return nil, err
		}
		return &Empty{}, c.app.Delete(c.ctx, c.actor, noun, in.ID, ifVersion)
	}
}

// nameIt gives an object without an id the one of its address.
func nameIt(object any, id string) {
	switch v := object.(type) {
	case *wire.Company:
		or(&v.ID, id)
	case *wire.Offer:
		or(&v.ID, id)
	case *wire.Agreement:
		or(&v.ID, id)
	case *wire.Subscription:
		or(&v.ID, id)
	case *wire.Person:
		or(&v.ID, id)
	case *wire.Relation:
		provider, reseller, _ := strings.Cut(id, ":")
		or(&v.Provider, provider)
		or(&v.Reseller, reseller)
	}
}

func or(field *string, otherwise string) {
	if *field == "" {
		*field = otherwise
	}
}

func (q ListQuery) filter() app.Filter {
	return app.Filter{Query: q.Query, Kind: q.Kind, Status: q.Status, Company: q.Company, Customer: q.Customer, Offer: q.Offer,
		Publisher: q.Publisher, Partner: q.Partner, Provider: q.Provider, Reseller: q.Reseller, Seller: q.Seller}
}
