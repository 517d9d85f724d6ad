package api

import (
	"crypto/sha256"
	"encoding/json"
	"strconv"
	"strings"

	"switchboard/internal/access"
	"switchboard/internal/app"
	"switchboard/internal/directory"
	"switchboard/internal/fault"
	"switchboard/wire"
)

// once performs a call that makes something, or, when the same caller has sent
// the same request with the same key before, answers with what that made
// (promises 1: one key, one effect). Routes without Again have the same effect
// however often they are called, so a key changes nothing there.
func (r route[In, Out]) once(c *call, in *In) (*Out, error) {
	key := c.header("Idempotency-Key")
	if r.Again == nil || key == "" {
		return r.Call(c, in)
	}
	request, err := c.keyed(r.Name, key)
	if err != nil {
		return nil, err
	}
	if r.Stream { // what was asked is known when its bytes have been read: the use case looks
		c.actor.Request = &request
		return r.Call(c, in)
	}
	earlier, err := c.app.Earlier(c.ctx, request)
	if err != nil {
		return nil, err
	}
	if earlier != nil {
		return r.Again(c, earlier)
	}
	c.actor.Request = &request // the use case keeps the outcome in its own transaction
	return r.Call(c, in)
}

const longestKey = 200

// keyed names a request by its caller, route and key, with a digest of what
// was asked.
func (c *call) keyed(route, key string) (access.Request, error) {
	if len(key) > longestKey || strings.ContainsFunc(key, func(r rune) bool { return r <= ' ' || r > '~' }) {
		return access.Request{}, fault.New(fault.Invalid, "idempotency.key")
	}
	caller := c.actor.Company + "/" + c.actor.Person
	if c.actor.Local {
		caller = "local " + caller
	}
	asked := c.request.Method + " " + c.request.URL.RequestURI() + "\n" + string(c.body)
	return access.Request{Caller: caller, Route: route, Key: key, Body: sha256.Sum256([]byte(asked))}, nil
}

func (c *call) header(name string) string {
	if c.request == nil {
		return ""
	}
	return c.request.Header.Get(name)
}

func againAgreement(c *call, o *app.Outcome) (*Resource[wire.Agreement], error) {
	object, version, err := c.app.Get(c.ctx, c.actor, directory.Agreements, o.ID)
	if err != nil {
		return nil, err
	}
	return &Resource[wire.Agreement]{ETag: etag(version), Body: *object.(*wire.Agreement)}, nil
}

func againRules(c *call, o *app.Outcome) (*Document[wire.RulesVersion], error) {
	number, err := strconv.Atoi(o.ID)
	if err != nil {
		return nil, err
	}
	_, version, err := c.app.Rules(c.ctx, number)
	return document(&version, err)
}

// againToken gives the token without its secret, which was shown once.
func againToken(c *call, o *app.Outcome) (*Document[wire.Token], error) {
	var made struct{ Company string }
	if err := json.Unmarshal(c.body, &made); err != nil {
		return nil, err
	}
	tokens, err := c.app.Tokens(c.ctx, TokenQuery{made.Company}.actor(c))
	if err != nil {
		return nil, err
	}
	for i := range tokens {
		if tokens[i].ID == o.ID {
			return document(&tokens[i], nil)
		}
	}
	return nil, fault.New(fault.NotFound, "not-found.token", "id", o.ID)
}
