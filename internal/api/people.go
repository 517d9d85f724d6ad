package api

import (
	"time"

	"switchboard/internal/access"
	"switchboard/internal/fault"
	"switchboard/wire"
)

// TokenBody is the wish for a token.
type TokenBody struct {
	Body struct {
		Company string     `json:"company"`
		Person  string     `json:"person,omitempty"`
		Label   string     `json:"label,omitempty"`
		Scopes  []string   `json:"scopes"`
		Expires *time.Time `json:"expires,omitempty"`
	}
}

// TokenQuery names the company whose tokens are meant; only the command line of
// the installation has none of its own.
type TokenQuery struct {
	Company string `query:"company"`
}

// TokenID names a token.
type TokenID struct {
	ID string `path:"id"`
	TokenQuery
}

func (q TokenQuery) actor(c *call) access.Actor {
	actor := c.actor
	if actor.Local {
		actor.Company = q.Company
	}
	return actor
}

// PersonID names a person.
type PersonID struct {
	ID string `path:"id"`
}

// SigninLink is an address of this installation, without its host.
type SigninLink struct {
	Path string `json:"path"`
}

func listTokens(c *call, in *TokenQuery) (*Document[wire.Page[wire.Token]], error) {
	tokens, err := c.app.Tokens(c.ctx, in.actor(c))
	return pageOf(tokens, ""), err
}

func createToken(c *call, in *TokenBody) (*Document[wire.Token], error) {
	b := in.Body
	token, err := c.app.CreateToken(c.ctx, c.actor, b.Company, b.Person, b.Label, b.Scopes, b.Expires)
	return document(&token, err)
}

func revokeToken(c *call, in *TokenID) (*Empty, error) {
	return &Empty{}, c.app.RevokeToken(c.ctx, in.actor(c), in.ID)
}

func signinLink(c *call, in *PersonID) (*Document[SigninLink], error) {
	secret, err := c.app.SigninLink(c.ctx, c.actor, in.ID)
	return document(&SigninLink{Path: "/signin/" + secret}, err)
}

// SetupLink is where an installation without a company is set up, without its host.
type SetupLink struct {
	Path  string    `json:"path"`
	Until time.Time `json:"until"`
}

func setupLink(c *call, _ *struct{}) (*Document[SetupLink], error) {
	secret, until, err := c.app.SetupLink(c.ctx, c.actor)
	return document(&SetupLink{Path: "/setup/" + secret, Until: until}, err)
}

// session tells who the caller is; the command line of the machine is nobody's.
func session(c *call, _ *struct{}) (*Document[wire.Session], error) {
	if c.session.Company == "" {
		return nil, fault.New(fault.NotFound, "not-found.session")
	}
	return document(&c.session, nil)
}

// AuditEntry says who did what to what.
type AuditEntry struct {
	At      time.Time `json:"at"`
	Company string    `json:"company"`
	Person  string    `json:"person,omitempty"`
	Via     string    `json:"via"`
	Act     string    `json:"act"`
	Noun    string    `json:"noun"`
	ID      string    `json:"id"`
}

func audit(c *call, in *PageQuery) (*Document[wire.Page[AuditEntry]], error) {
	entries, next, err := c.app.AuditLog(c.ctx, c.actor, in.Cursor, in.limit())
	if err != nil {
		return nil, err
	}
	out := make([]AuditEntry, 0, len(entries))
	for _, e := range entries {
		out = append(out, AuditEntry{At: e.At, Company: e.Company, Person: e.Person, Via: e.Via, Act: e.Act, Noun: e.Noun, ID: e.ID})
	}
	return pageOf(out, next), nil
}
