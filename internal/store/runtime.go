package store

import (
	"bytes"
	"context"
	"crypto/sha256"
	"database/sql"
	"time"

	"switchboard/internal/fault"
)

// Request is an Idempotency-Key of a caller on a route, with the SHA-256 of the
// request's body.
type Request struct {
	Caller, Route, Key string
	Body               [sha256.Size]byte
}

// Outcome is what a request has led to, so that a repetition answers the same.
type Outcome struct {
	Kind    string // noun of what was made
	ID      string
	Version int64
	Status  int // HTTP status
}

// OutcomeAge is how long a request is remembered, at least (sweep.go).
const OutcomeAge = 7 * 24 * time.Hour

var (
	outcomeRead = sqlQuery("SELECT body_hash, kind, id, version, status FROM idempotency WHERE caller = $1 AND route = $2 AND key = $3")
	outcomeKeep = sqlQuery(`INSERT INTO idempotency (caller, route, key, body_hash, kind, id, version, status, at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`)
)

// Outcome gives what the same request has led to before; nil = it is new.
// Fault conflict idempotency.other-body when the key came with another body.
func (s *Store) Outcome(ctx context.Context, r Request) (o *Outcome, err error) {
	err = s.glance(ctx, func(tx *Tx) error {
		o, err = tx.Outcome(r)
		return err
	})
	return o, err
}

// Outcome is Outcome of the store, for who asks where it writes.
func (tx *Tx) Outcome(r Request) (*Outcome, error) {
	var o Outcome
	var body []byte
	found, err := tx.one(outcomeRead, []any{r.Caller, r.Route, r.Key}, &body, &o.Kind, &o.ID, &o.Version, &o.Status)
	switch {
	case err != nil || !found:
		return nil, err
	case !bytes.Equal(body, r.Body[:]):
		return nil, fault.New(fault.Conflict, "idempotency.other-body")
	}
	return &o, nil
}

// KeepOutcome remembers an outcome, in the transaction that brings it about.
// When the same key commits at the same time, it or the commit has the fault
// conflict idempotency.running: the next try reads its outcome.
func (tx *Tx) KeepOutcome(r Request, o Outcome) error {
	return tx.put(outcomeKeep, r.Caller, r.Route, r.Key, r.Body[:], o.Kind, o.ID, o.Version, o.Status, micros(tx.now))
}

// Entry is a line of the audit log, which is only ever added to.
type Entry struct {
	Seq             int64
	At              time.Time
	Company, Person string // who acted
	Via             string // web, api, cli, mail, import
	Act             string
	Noun, ID        string // on what
	Before, After   []byte // SHA-256 of the object's JSON; nil = there was none
}

var (
	auditAdd = sqlQuery("INSERT INTO audit (at, company, person, via, act, noun, id, before, after) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)")
	auditAll = sqlQuery("SELECT seq, at, company, person, via, act, noun, id, before, after FROM audit WHERE seq < $1 ORDER BY seq DESC LIMIT $2")
	auditOf  = sqlQuery("SELECT seq, at, company, person, via, act, noun, id, before, after FROM audit WHERE company = $3 AND seq < $1 ORDER BY seq DESC LIMIT $2")
)

// Digest is what the audit log keeps of an object's JSON; nil of nothing.
func Digest(doc []byte) []byte {
	if doc == nil {
		return nil
	}
	sum := sha256.Sum256(doc)
	return sum[:]
}

// AddEntry writes a line of the audit log; At and Seq are set here.
func (tx *Tx) AddEntry(e Entry) error {
	_, err := tx.exec(auditAdd, micros(tx.now), e.Company, e.Person, e.Via, e.Act, e.Noun, e.ID, noNil(e.Before), noNil(e.After))
	return err
}

// Audit lists entries newest first, before a seq (0 = from the newest): all of
// them for the operator and the local command line, else what the reader's
// company did.
func (tx *Tx) Audit(r Reader, before int64, limit int) ([]Entry, error) {
	if before == 0 {
		before = 1 << 62
	}
	if r.all() {
		return tx.entries(auditAll, before, limit)
	}
	if r.Company == "" {
		return nil, nil
	}
	return tx.entries(auditOf, before, limit, r.Company)
}

func (tx *Tx) entries(q *query, args ...any) ([]Entry, error) {
	var out []Entry
	err := tx.each(q, args, func(rows *sql.Rows) error {
		var e Entry
		var at int64
		err := rows.Scan(&e.Seq, &at, &e.Company, &e.Person, &e.Via, &e.Act, &e.Noun, &e.ID, &e.Before, &e.After)
		e.At = fromMicros(at)
		out = append(out, e)
		return err
	})
	return out, err
}

func noNil(b []byte) []byte {
	if b == nil {
		return []byte{}
	}
	return b
}

// Ruleset is one version of the rules, as data.
type Ruleset struct {
	Version int
	Doc     []byte // empty in RuleHistory
	Author  string
	Date    string
	State   string // draft | published
}

var (
	rulesRead    = sqlQuery("SELECT version, doc, author, date, state FROM rules WHERE version = $1")
	rulesLatest  = sqlQuery("SELECT version, doc, author, date, state FROM rules WHERE state = 'published' ORDER BY version DESC LIMIT 1")
	rulesHistory = sqlQuery("SELECT version, '', author, date, state FROM rules ORDER BY version DESC")
	rulesDraft   = sqlQuery(`INSERT INTO rules (version, doc, author, date, state, changed_at) VALUES ($1, $2, $3, $4, 'draft', $5)
ON CONFLICT (version) DO UPDATE SET doc = excluded.doc, author = excluded.author, date = excluded.date, changed_at = excluded.changed_at WHERE rules.state = 'draft'`)
	rulesPublish = sqlQuery("UPDATE rules SET state = 'published', changed_at = $2 WHERE version = $1 AND state = 'draft'")
)

// Rules gives one version of the rules. Fault not-found.
func (tx *Tx) Rules(version int) (*Ruleset, error) {
	r, err := tx.ruleset(rulesRead, version)
	if err == nil && r == nil {
		err = fault.New(fault.NotFound, "not-found", "noun", "rules", "id", version)
	}
	return r, err
}

// PublishedRules gives the newest published version; nil when none is, and the
// rules that come with the program hold.
func (tx *Tx) PublishedRules() (*Ruleset, error) { return tx.ruleset(rulesLatest) }

// RuleHistory lists all versions, newest first, without their documents.
func (tx *Tx) RuleHistory() ([]Ruleset, error) { return tx.rulesets(rulesHistory) }

// DraftRules keeps a draft, or changes it. Fault conflict rules.published when
// the version is published: it never changes again.
func (tx *Tx) DraftRules(r Ruleset) error {
	n, err := tx.exec(rulesDraft, r.Version, string(r.Doc), r.Author, r.Date, micros(tx.now))
	if err == nil && n == 0 {
		err = fault.New(fault.Conflict, "rules.published", "version", r.Version)
	}
	return err
}

// PublishRules makes a draft count. Faults not-found, conflict rules.published.
func (tx *Tx) PublishRules(version int) error {
	switch n, err := tx.exec(rulesPublish, version, micros(tx.now)); {
	case err != nil:
		return err
	case n > 0:
		return tx.Recheck(Everybody) // the operator's limits stand in the rules
	}
	if _, err := tx.Rules(version); err != nil {
		return err
	}
	return fault.New(fault.Conflict, "rules.published", "version", version)
}

func (tx *Tx) ruleset(q *query, args ...any) (*Ruleset, error) {
	list, err := tx.rulesets(q, args...)
	if err != nil || len(list) == 0 {
		return nil, err
	}
	return &list[0], nil
}

func (tx *Tx) rulesets(q *query, args ...any) ([]Ruleset, error) {
	var out []Ruleset
	err := tx.each(q, args, func(rows *sql.Rows) error {
		var r Ruleset
		err := rows.Scan(&r.Version, &r.Doc, &r.Author, &r.Date, &r.State)
		out = append(out, r)
		return err
	})
	return out, err
}

var (
	settingRead = sqlQuery("SELECT value FROM setting WHERE key = $1")
	settingList = sqlQuery("SELECT key, value FROM setting WHERE key >= $1 AND key < $2 ORDER BY key")
	settingKeep = sqlQuery(`INSERT INTO setting (key, value, changed_at) VALUES ($1, $2, $3)
ON CONFLICT (key) DO UPDATE SET value = excluded.value, changed_at = excluded.changed_at`)
	settingDrop = sqlQuery("DELETE FROM setting WHERE key = $1")
)

// Setting reads a setting; set tells whether there is one.
func (tx *Tx) Setting(key string) (value string, set bool, err error) {
	set, err = tx.one(settingRead, []any{key}, &value)
	return value, set, err
}

// SettingsBelow gives the settings whose key begins with a prefix, by the rest
// of the key.
func (tx *Tx) SettingsBelow(prefix string) (map[string]string, error) {
	found, err := tx.settings(settingList, prefix, prefix+"\U0010FFFF")
	out := make(map[string]string, len(found))
	for key, value := range found {
		out[key[len(prefix):]] = value
	}
	return out, err
}

func (tx *Tx) settings(q *query, args ...any) (map[string]string, error) {
	out := map[string]string{}
	err := tx.each(q, args, func(rows *sql.Rows) error {
		var key, value string
		err := rows.Scan(&key, &value)
		out[key] = value
		return err
	})
	return out, err
}

// Set keeps a setting.
func (tx *Tx) Set(key, value string) error {
	_, err := tx.exec(settingKeep, key, value, micros(tx.now))
	return err
}

// Unset removes a setting, so that the default holds again.
func (tx *Tx) Unset(key string) error {
	_, err := tx.exec(settingDrop, key)
	return err
}
