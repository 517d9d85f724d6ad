package store

import (
	"crypto/sha256"
	"database/sql"
	"encoding/json"
	"slices"
	"strings"
	"time"

	"switchboard/internal/directory"
	"switchboard/internal/fault"
	"switchboard/wire"
)

// Kinds of credentials.
const (
	Session = "session" // a browser
	Token   = "token"   // a program
	Link    = "link"    // signs in once
	Invite  = "invite"  // sets the first password, once
)

// Credential opens the door for a person, or for a company's program when
// Person is "". The secret itself is never kept, only its SHA-256.
type Credential struct {
	ID      string // public: to list and to revoke
	Kind    string
	Company string
	Person  string
	Scopes  []string
	Label   string
	Epoch   int64 // of the person when it was made
	Created time.Time
	Used    time.Time // zero = never
	Expires time.Time // zero = never
	Revoked time.Time // zero = not
}

const credentialColumns = "c.id, c.kind, c.company, c.person, c.scopes, c.label, c.epoch, c.created_at, c.used_at, c.expires_at, c.revoked_at"

// What opens: not revoked, not expired, the person still works for the company
// and has not had its epoch raised since. All of it is asked each time, so that
// the loss of a right takes effect with the commit that says so.
const (
	credentialHolds = ` c.revoked_at = 0 AND (c.expires_at = 0 OR c.expires_at > $2) AND c.epoch >= coalesce(s.epoch, 0)
AND (c.person = '' OR p.company = c.company)`
	credentialOpens = credentialHolds + ` AND EXISTS (SELECT 1 FROM companies o WHERE o.id = c.company)`
)

const credentialFrom = ` FROM credential c LEFT JOIN people p ON p.id = c.person LEFT JOIN person_secret s ON s.person = c.person`

var (
	credentialAdd = sqlQuery(`INSERT INTO credential (id, hash, kind, company, person, scopes, label, epoch, created_at, used_at, expires_at, revoked_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 0, $10, 0)`)
	credentialFind   = sqlQuery("SELECT " + credentialColumns + credentialFrom + " WHERE c.hash = $1 AND" + credentialOpens)
	credentialTake   = sqlQuery("UPDATE credential SET used_at = $2 WHERE hash = $1 AND used_at = 0")
	credentialUsed   = sqlQuery("UPDATE credential SET used_at = $2 WHERE id = $1 AND used_at < $3")
	credentialEnd    = sqlQuery("UPDATE credential SET revoked_at = $3 WHERE id = $1 AND company = $2 AND revoked_at = 0")
	credentialEndOwn = sqlQuery("UPDATE credential SET revoked_at = $2 WHERE company = $1 AND person = '' AND revoked_at = 0")
	credentialIs     = sqlQuery("SELECT 1 FROM credential WHERE id = $1 AND company = $2")
	credentialList   = sqlQuery("SELECT " + credentialColumns + ` FROM credential c WHERE c.company = $1 AND c.kind = $2 AND (c.person = $3 OR $3 = '')
AND c.revoked_at = 0 AND (c.expires_at = 0 OR c.expires_at > $4) ORDER BY c.created_at DESC, c.id LIMIT 1000`)
)

// AddCredential keeps a new credential under the hash of its secret. Created
// and Epoch are set here.
func (tx *Tx) AddCredential(hash [sha256.Size]byte, c Credential) error {
	epoch, err := tx.Epoch(c.Person)
	if err != nil {
		return err
	}
	_, err = tx.exec(credentialAdd, c.ID, hash[:], c.Kind, c.Company, c.Person, strings.Join(c.Scopes, " "), c.Label, epoch,
		micros(tx.now), micros(c.Expires))
	return err
}

// FindCredential gives the credential of a secret's hash if it opens now.
// Unknown, expired, revoked and outlived are all the same fault not-found.
func (tx *Tx) FindCredential(hash [sha256.Size]byte) (*Credential, error) {
	list, err := tx.credentials(credentialFind, hash[:], micros(tx.now))
	if err != nil {
		return nil, err
	}
	if len(list) == 0 {
		return nil, fault.New(fault.NotFound, "credential.unknown")
	}
	return &list[0], nil
}

// TakeCredential is FindCredential for one that opens once: a second time, and
// for the second of two at the same time, it is not-found.
func (tx *Tx) TakeCredential(hash [sha256.Size]byte) (*Credential, error) {
	c, err := tx.FindCredential(hash)
	if err != nil {
		return nil, err
	}
	n, err := tx.exec(credentialTake, hash[:], micros(tx.now))
	if err == nil && n == 0 {
		err = fault.New(fault.NotFound, "credential.unknown")
	}
	return c, err
}

// UseCredential notes that a credential was used, at most once in every so
// often: a write per request would cost more than the request.
func (tx *Tx) UseCredential(id string, every time.Duration) error {
	_, err := tx.exec(credentialUsed, id, micros(tx.now), micros(tx.now.Add(-every)))
	return err
}

// RevokeCredential ends one credential of a company; it may be ended already.
func (tx *Tx) RevokeCredential(company, id string) error {
	n, err := tx.exec(credentialEnd, id, company, micros(tx.now))
	if err != nil || n > 0 {
		return err
	}
	var one int
	found, err := tx.one(credentialIs, []any{id, company}, &one)
	if err == nil && !found {
		err = notFound("credential", id)
	}
	return err
}

// Credentials lists what opens for a company, or for one person of it, newest
// first, at most 1,000.
func (tx *Tx) Credentials(company, kind, person string) ([]Credential, error) {
	return tx.credentials(credentialList, company, kind, person, micros(tx.now))
}

func (tx *Tx) credentials(q *query, args ...any) ([]Credential, error) {
	var out []Credential
	err := tx.each(q, args, func(rows *sql.Rows) error {
		c, err := scanCredential(rows)
		out = append(out, c)
		return err
	})
	return out, err
}

// scanCredential reads the columns of a credential, and those that follow.
func scanCredential(rows *sql.Rows, more ...any) (c Credential, err error) {
	var scopes string
	var created, used, expires, revoked int64
	err = rows.Scan(append([]any{&c.ID, &c.Kind, &c.Company, &c.Person, &scopes, &c.Label, &c.Epoch, &created, &used, &expires, &revoked}, more...)...)
	c.Scopes = strings.Fields(scopes)
	c.Created, c.Used, c.Expires, c.Revoked = fromMicros(created), fromMicros(used), fromMicros(expires), fromMicros(revoked)
	return c, err
}

var (
	secretRead  = sqlQuery("SELECT password, epoch FROM person_secret WHERE person = $1")
	secretWrite = sqlQuery(`INSERT INTO person_secret (person, password, epoch, changed_at) VALUES ($1, $2, 1, $3)
ON CONFLICT (person) DO UPDATE SET password = excluded.password, epoch = person_secret.epoch + 1, changed_at = excluded.changed_at RETURNING epoch`)
	epochRaise = sqlQuery(`INSERT INTO person_secret (person, password, epoch, changed_at) VALUES ($1, '', 1, $2)
ON CONFLICT (person) DO UPDATE SET epoch = person_secret.epoch + 1, changed_at = excluded.changed_at RETURNING epoch`)
	byEmail = sqlQuery("SELECT id FROM people WHERE email_fold = $1 AND email_fold <> '' ORDER BY id LIMIT 20")
)

// Password gives a person's argon2id PHC string, "" when none is set.
func (tx *Tx) Password(person string) (string, error) {
	var password string
	var epoch int64
	_, err := tx.one(secretRead, []any{person}, &password, &epoch)
	return password, err
}

// SetPassword keeps a new PHC string and ends every credential of the person.
func (tx *Tx) SetPassword(person, phc string) error {
	var epoch int64
	_, err := tx.one(secretWrite, []any{person, phc, micros(tx.now)}, &epoch)
	return err
}

// Epoch is a person's epoch; 0 until a password is set or a right is lost.
func (tx *Tx) Epoch(person string) (int64, error) {
	if person == "" {
		return 0, nil
	}
	var password string
	var epoch int64
	_, err := tx.one(secretRead, []any{person}, &password, &epoch)
	return epoch, err
}

// RevokeOfCompany ends the tokens that a company holds itself; those of its
// people end with the people.
func (tx *Tx) RevokeOfCompany(company string) error {
	_, err := tx.exec(credentialEndOwn, company, micros(tx.now))
	return err
}

// RaiseEpoch ends every credential of a person, with the commit: for a changed
// role, a lost device, a person who leaves.
func (tx *Tx) RaiseEpoch(person string) error {
	var epoch int64
	_, err := tx.one(epochRaise, []any{person, micros(tx.now)}, &epoch)
	return err
}

// What an import ends, as sets: whoever it moves to another company or removes
// leaves the password and every credential behind; whose roles it changes has
// the epoch raised; a company that it removes takes its own tokens along. $1 is
// the instant.
var importEnds = []struct {
	noun  directory.Noun
	prune bool
	query *query
}{
	{directory.People, false, endedByImport("JOIN stage_people s ON s.id = t.id WHERE s.company <> t.company", "password = '', ")},
	{directory.People, false, endedByImport("JOIN stage_people s ON s.id = t.id WHERE s.company = t.company AND s.doc <> t.doc AND s.roles <> t.roles", "")},
	{directory.People, true, endedByImport("WHERE NOT EXISTS (SELECT 1 FROM stage_people s WHERE s.id = t.id)", "password = '', ")},
	{directory.Companies, true, stagingQuery(`UPDATE credential SET revoked_at = $1 WHERE revoked_at = 0 AND person = ''
AND NOT EXISTS (SELECT 1 FROM stage_companies s WHERE s.id = credential.company)`)},
}

func endedByImport(whom, also string) *query {
	return stagingQuery(`INSERT INTO person_secret (person, password, epoch, changed_at) SELECT t.id, '', 1, CAST($1 AS BIGINT) FROM people t ` + whom + `
ON CONFLICT (person) DO UPDATE SET ` + also + `epoch = person_secret.epoch + 1, changed_at = excluded.changed_at`)
}

// PeopleByEmail gives the ids of the people with a folded address; an address
// may stand in several companies.
func (tx *Tx) PeopleByEmail(fold string) ([]string, error) { return tx.texts(byEmail, fold) }

var (
	attemptCount = sqlQuery(`INSERT INTO signin_attempt (key, count, since) VALUES ($1, 1, $2)
ON CONFLICT (key) DO UPDATE SET count = CASE WHEN signin_attempt.since < $3 THEN 1 ELSE signin_attempt.count + 1 END,
since = CASE WHEN signin_attempt.since < $3 THEN excluded.since ELSE signin_attempt.since END RETURNING count`)
	attemptClear = sqlQuery("DELETE FROM signin_attempt WHERE key = $1")
)

// CountAttempt counts one more try under a key (an account, a network) and
// gives the number within the window that began with the first.
func (tx *Tx) CountAttempt(key string, window time.Duration) (count int64, err error) {
	_, err = tx.one(attemptCount, []any{key, micros(tx.now), micros(tx.now.Add(-window))}, &count)
	return count, err
}

// ClearAttempts forgets the tries under a key, after a success.
func (tx *Tx) ClearAttempts(key string) error {
	_, err := tx.exec(attemptClear, key)
	return err
}

// The roles stand in the document alone: they are asked for at each sign-in of
// one person, and over all people only when a set of roles drops one.
var peopleNaming = sqlQuery("SELECT id, doc FROM people WHERE doc LIKE $1 ORDER BY id")

// PersonWithRole gives the first person that has a role, "" when nobody has. A
// role's key holds no sign of LIKE.
func (tx *Tx) PersonWithRole(role string) (first string, err error) {
	err = tx.each(peopleNaming, []any{`%"` + role + `"%`}, func(rows *sql.Rows) error {
		var id string
		var doc []byte
		if err := rows.Scan(&id, &doc); err != nil || first != "" {
			return err
		}
		var person wire.Person
		err := json.Unmarshal(doc, &person)
		if slices.Contains(person.Roles, role) {
			first = id
		}
		return err
	})
	return first, err
}
