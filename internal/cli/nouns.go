package cli

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"maps"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"

	"switchboard/client"
	"switchboard/internal/fault"
	"switchboard/wire"
)

// noun is what differs between the nouns of the directory.
type noun struct {
	path    string // in the API
	columns []string
}

var (
	offers        = noun{"offers", []string{"id", "name", "publisher.name", "kind", "status", "has_contact", "verified"}}
	companies     = noun{"companies", []string{"id", "name", "kinds", "tz"}}
	relations     = noun{"relations", []string{"provider", "reseller", "state"}}
	subscriptions = noun{"subscriptions", []string{"id", "customer", "offer", "model", "seller", "reseller", "status"}}
	agreements    = noun{"agreements", []string{"id", "kind", "version", "state", "from", "until", "publisher", "partner", "provider", "reseller"}}
	people        = noun{"people", []string{"id", "company", "name", "email", "roles"}}
)

type (
	offerVerbs struct {
		List     offerList     `cmd:""`
		Show     offerShow     `cmd:""`
		Set      offerSet      `cmd:""`
		Remove   offerRemove   `cmd:""`
		Details  offerDetails  `cmd:""`
		Verify   offerVerify   `cmd:""`
		Approve  offerApprove  `cmd:""`
		Withdraw offerWithdraw `cmd:""`
	}
	companyVerbs struct {
		List       companyList       `cmd:""`
		Show       companyShow       `cmd:""`
		Set        companySet        `cmd:""`
		Remove     companyRemove     `cmd:""`
		Settings   companySettings   `cmd:""`
		Hosts      companyHosts      `cmd:""`
		AddHost    companyAddHost    `cmd:"" name:"add-host"`
		RemoveHost companyRemoveHost `cmd:"" name:"remove-host"`
	}
	relationVerbs struct {
		List   relationList   `cmd:""`
		Show   relationShow   `cmd:""`
		Set    relationSet    `cmd:""`
		Remove relationRemove `cmd:""`
	}
	subscriptionVerbs struct {
		List   subscriptionList   `cmd:""`
		Show   subscriptionShow   `cmd:""`
		Set    subscriptionSet    `cmd:""`
		Remove subscriptionRemove `cmd:""`
	}
	agreementVerbs struct {
		List     agreementList     `cmd:""`
		Show     agreementShow     `cmd:""`
		Set      agreementSet      `cmd:""`
		Remove   agreementRemove   `cmd:""`
		Propose  agreementPropose  `cmd:""`
		Accept   agreementAccept   `cmd:""`
		End      agreementEnd      `cmd:""`
		Withdraw agreementWithdraw `cmd:""`
	}
	personVerbs struct {
		List       personList   `cmd:""`
		Show       personShow   `cmd:""`
		Set        personSet    `cmd:""`
		Remove     personRemove `cmd:""`
		Prefer     personPrefer `cmd:""`
		SigninLink signinLink   `cmd:"" name:"signin-link"`
	}

	offerList        struct{ listing }
	companyList      struct{ listing }
	relationList     struct{ listing }
	subscriptionList struct{ listing }
	agreementList    struct{ listing }
	personList       struct{ listing }

	offerShow        struct{ showing }
	companyShow      struct{ showing }
	relationShow     struct{ showing }
	subscriptionShow struct{ showing }
	agreementShow    struct{ showing }
	personShow       struct{ showing }

	offerSet        struct{ setting }
	companySet      struct{ setting }
	relationSet     struct{ setting }
	subscriptionSet struct{ setting }
	agreementSet    struct{ setting }
	personSet       struct{ setting }

	offerRemove        struct{ removing }
	companyRemove      struct{ removing }
	relationRemove     struct{ removing }
	subscriptionRemove struct{ removing }
	agreementRemove    struct{ removing }
	personRemove       struct{ removing }
)

func (v *offerList) Run(s *session) error        { return v.run(s, offers) }
func (v *companyList) Run(s *session) error      { return v.run(s, companies) }
func (v *relationList) Run(s *session) error     { return v.run(s, relations) }
func (v *subscriptionList) Run(s *session) error { return v.run(s, subscriptions) }
func (v *agreementList) Run(s *session) error    { return v.run(s, agreements) }
func (v *personList) Run(s *session) error       { return v.run(s, people) }

func (v *offerShow) Run(s *session) error        { return v.run(s, offers) }
func (v *companyShow) Run(s *session) error      { return v.run(s, companies) }
func (v *relationShow) Run(s *session) error     { return v.run(s, relations) }
func (v *subscriptionShow) Run(s *session) error { return v.run(s, subscriptions) }
func (v *agreementShow) Run(s *session) error    { return v.run(s, agreements) }
func (v *personShow) Run(s *session) error       { return v.run(s, people) }

func (v *offerSet) Run(s *session) error        { return v.run(s, offers) }
func (v *companySet) Run(s *session) error      { return v.run(s, companies) }
func (v *relationSet) Run(s *session) error     { return v.run(s, relations) }
func (v *subscriptionSet) Run(s *session) error { return v.run(s, subscriptions) }
func (v *agreementSet) Run(s *session) error    { return v.run(s, agreements) }
func (v *personSet) Run(s *session) error       { return v.run(s, people) }

func (v *offerRemove) Run(s *session) error        { return v.run(s, offers) }
func (v *companyRemove) Run(s *session) error      { return v.run(s, companies) }
func (v *relationRemove) Run(s *session) error     { return v.run(s, relations) }
func (v *subscriptionRemove) Run(s *session) error { return v.run(s, subscriptions) }
func (v *agreementRemove) Run(s *session) error    { return v.run(s, agreements) }
func (v *personRemove) Run(s *session) error       { return v.run(s, people) }

// listing lists a noun.
type listing struct {
	Query  string `arg:"" optional:"" name:"query"`
	Filter map[string]string
	Limit  int
}

func (v *listing) run(s *session, n noun) error {
	c, err := s.client()
	if err != nil {
		return err
	}
	filter := client.Filter{"q": v.Query}
	maps.Copy(filter, v.Filter)
	items := []map[string]any{}
	for item, err := range client.All[map[string]any](s.ctx, c, n.path, filter) {
		if err != nil {
			return err
		}
		if items = append(items, item); v.Limit > 0 && len(items) == v.Limit {
			break
		}
	}
	return s.rows(n.columns, items, "")
}

// showing shows one object.
type showing struct {
	ID string `arg:""`
}

func (v *showing) run(s *session, n noun) error {
	c, err := s.client()
	if err != nil {
		return err
	}
	object, _, err := client.Get[map[string]any](s.ctx, c, n.path, v.ID)
	if err != nil {
		return err
	}
	return s.object(*object)
}

// setting changes fields of an object, or puts a whole one.
type setting struct {
	ID     string   `arg:""`
	Change []string `arg:"" optional:"" name:"change"`
	File   string   `short:"f" placeholder:"FILE"`
}

func (v *setting) run(s *session, n noun) error {
	if (v.File == "") == (len(v.Change) == 0) {
		return misuse("cli.set-what")
	}
	c, err := s.client()
	if err != nil {
		return err
	}
	old, etag, err := client.Get[map[string]any](s.ctx, c, n.path, v.ID)
	var failed *client.Error
	isNew := errors.As(err, &failed) && failed.Kind == client.KindNotFound
	if err != nil && !isNew {
		return err
	}
	object, err := v.changed(s, old)
	if err != nil {
		return err
	}
	switch {
	case s.g.DryRun:
		return s.object(object)
	case isNew:
		_, err = c.Create(s.ctx, n.path, v.ID, object)
	default:
		_, err = c.Put(s.ctx, n.path, v.ID, object, etag)
	}
	if err == nil {
		s.say("cli.saved", "id", v.ID)
	}
	return err
}

func (v *setting) changed(s *session, old *map[string]any) (map[string]any, error) {
	if v.File != "" {
		data, err := s.read(v.File)
		if err != nil {
			return nil, err
		}
		var object map[string]any
		if err := yaml.Unmarshal(data, &object); err != nil {
			return nil, fault.Wrap(err, fault.Invalid, "cli.object-syntax", "file", v.File)
		}
		return object, nil
	}
	object := map[string]any{}
	if old != nil {
		object = *old
	}
	for _, change := range v.Change {
		path, value, ok := strings.Cut(change, "=")
		if !ok || path == "" {
			return nil, misuse("cli.set-form", "value", change)
		}
		if err := setPath(object, path, valueOf(value)); err != nil {
			return nil, err
		}
	}
	return object, nil
}

// valueOf reads a value as JSON where it is JSON, else as a string; nothing
// takes the field away.
func valueOf(text string) any {
	if text == "" {
		return nil
	}
	var v any
	dec := json.NewDecoder(bytes.NewReader([]byte(text)))
	dec.UseNumber()
	if err := dec.Decode(&v); err != nil || dec.More() {
		return text
	}
	if _, number := v.(json.Number); number && strings.HasPrefix(text, "+") {
		return text
	}
	return v
}

// setPath sets "contacts[0].email" in an object.
func setPath(object map[string]any, path string, value any) error {
	step, rest, deeper := strings.Cut(path, ".")
	name, index, listed := strings.Cut(step, "[")
	if !listed {
		return setStep(object, name, rest, deeper, value)
	}
	at, err := strconv.Atoi(strings.TrimSuffix(index, "]"))
	list, _ := object[name].([]any)
	if err != nil || at < 0 || at > len(list) {
		return misuse("cli.set-index", "path", step, "n", len(list))
	}
	if at == len(list) {
		list = append(list, map[string]any{})
		object[name] = list
	}
	if !deeper {
		list[at] = value
		return nil
	}
	inner, ok := list[at].(map[string]any)
	if !ok {
		return misuse("cli.set-path", "path", step)
	}
	return setPath(inner, rest, value)
}

func setStep(object map[string]any, name, rest string, deeper bool, value any) error {
	switch {
	case !deeper && value == nil:
		delete(object, name)
		return nil
	case !deeper:
		object[name] = value
		return nil
	case object[name] == nil:
		object[name] = map[string]any{}
	}
	inner, ok := object[name].(map[string]any)
	if !ok {
		return misuse("cli.set-path", "path", name)
	}
	return setPath(inner, rest, value)
}

// removing removes an object.
type removing struct {
	ID string `arg:""`
}

func (v *removing) run(s *session, n noun) error {
	c, err := s.client()
	if err != nil {
		return err
	}
	_, etag, err := client.Get[map[string]any](s.ctx, c, n.path, v.ID)
	if err != nil {
		return err
	}
	if sure, err := s.sure("cli.remove-sure", "id", v.ID); err != nil || !sure {
		return err
	}
	if s.g.DryRun {
		return nil
	}
	if err := c.Delete(s.ctx, n.path, v.ID, etag); err != nil {
		return err
	}
	s.say("cli.removed", "id", v.ID)
	return nil
}

type offerDetails struct{ showing }

// Run shows the Offer details page as the reader may see it.
func (v *offerDetails) Run(s *session) error {
	c, err := s.client()
	if err != nil {
		return err
	}
	details, err := c.OfferDetails(s.ctx, v.ID)
	if err != nil {
		return err
	}
	return s.object(details)
}

type offerVerify struct {
	ID   string `arg:""`
	Role string `arg:"" optional:"" name:"contact"`
}

// Run stamps one contact, or all of them, as checked today.
func (v *offerVerify) Run(s *session) error {
	c, err := s.client()
	if err != nil {
		return err
	}
	refs := []string{v.Role}
	if v.Role == "" {
		details, err := c.OfferDetails(s.ctx, v.ID)
		if err != nil {
			return err
		}
		refs = refs[:0]
		for _, contact := range details.Contacts {
			refs = append(refs, contact.Ref)
		}
	}
	for _, ref := range refs {
		if _, err := c.VerifyContact(s.ctx, v.ID, ref); err != nil {
			return err
		}
		s.say("cli.verified", "contact", ref, "offer", v.ID)
	}
	return nil
}

// changedContact names a contact point of which a change waits.
type changedContact struct {
	ID      string `arg:""`
	Contact string `arg:"" name:"contact"`
}

type (
	offerApprove  struct{ changedContact }
	offerWithdraw struct{ changedContact }
)

// Run lets a change that waits count at once.
func (v *offerApprove) Run(s *session) error {
	c, err := s.client()
	if err != nil {
		return err
	}
	return v.said(s, "cli.contact-approved", c.ApproveContact)
}

// Run takes a change that waits back.
func (v *offerWithdraw) Run(s *session) error {
	c, err := s.client()
	if err != nil {
		return err
	}
	return v.said(s, "cli.contact-withdrawn", c.WithdrawContact)
}

func (v *changedContact) said(s *session, key string, do func(ctx context.Context, offer, contact string) (*wire.OfferDetails, error)) error {
	if _, err := do(s.ctx, v.ID, v.Contact); err != nil {
		return err
	}
	s.say(key, "contact", v.Contact, "offer", v.ID)
	return nil
}

type agreementPropose struct {
	File string `arg:"" name:"file"`
}

// Run puts a support agreement before the other side.
func (v *agreementPropose) Run(s *session) error {
	data, err := s.read(v.File)
	if err != nil {
		return err
	}
	proposal, err := agreementOf(data, v.File)
	if err != nil {
		return err
	}
	c, err := s.client()
	if err != nil {
		return err
	}
	proposed, err := c.ProposeSplit(s.ctx, *proposal)
	if err != nil {
		return err
	}
	return s.object(proposed)
}

// agreementOf reads YAML, of which JSON is a part, by way of the wire shape.
func agreementOf(data []byte, file string) (*wire.Agreement, error) {
	var raw map[string]any
	out := &wire.Agreement{}
	err := yaml.Unmarshal(data, &raw)
	if err == nil {
		data, err = json.Marshal(raw)
	}
	if err == nil {
		dec := json.NewDecoder(bytes.NewReader(data))
		dec.DisallowUnknownFields()
		err = dec.Decode(out)
	}
	if err != nil {
		return nil, fault.Wrap(err, fault.Invalid, "cli.object-syntax", "file", file)
	}
	return out, nil
}

type (
	agreementAccept   struct{ showing }
	agreementEnd      struct{ showing }
	agreementWithdraw struct{ showing }
)

func (v *agreementAccept) Run(s *session) error   { return v.move(s, "accept") }
func (v *agreementEnd) Run(s *session) error      { return v.move(s, "end") }
func (v *agreementWithdraw) Run(s *session) error { return v.move(s, "withdraw") }

func (v *showing) move(s *session, verb string) error {
	c, err := s.client()
	if err != nil {
		return err
	}
	_, etag, err := client.Get[map[string]any](s.ctx, c, agreements.path, v.ID)
	if err != nil {
		return err
	}
	changed, err := c.MoveSplit(s.ctx, v.ID, verb, etag)
	if err != nil {
		return err
	}
	return s.object(changed)
}

func sortedKeys(m map[string]any) []string { return slices.Sorted(maps.Keys(m)) }
