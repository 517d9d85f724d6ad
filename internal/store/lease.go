package store

import (
	"time"

	"switchboard/internal/fault"
)

// LeaseTime is how long a node holds a job without a word. Whoever takes over
// from a dead one begins within this time.
const LeaseTime = 4 * time.Second

// Lease is the right of one node to do a job that only one may do at a time.
// Clocks only decide who tries; that nobody writes late is the token's work.
type Lease struct {
	Job, Node string
	Token     int64 // rises with each holder
	Until     time.Time
}

var (
	// A lease is free when its time is over. One that ends later than any could
	// is of a clock that was wrong.
	leaseClaim = sqlQuery(`INSERT INTO lease (job, node, token, until) VALUES ($1, $2, 1, $3)
ON CONFLICT (job) DO UPDATE SET node = excluded.node, token = lease.token + 1, until = excluded.until
WHERE lease.until <= $4 OR lease.until > $5 OR lease.node = $6 RETURNING token`)
	leaseRenew   = sqlQuery("UPDATE lease SET until = $3 WHERE job = $1 AND token = $2")
	leaseRelease = sqlQuery("UPDATE lease SET until = 0 WHERE job = $1 AND token = $2")
	leaseToken   = lockingQuery("SELECT token FROM lease WHERE job = $1", " FOR UPDATE")
	// A node that is paused in the middle of a transaction would hold the row of
	// the lease: the server ends it instead. PostgreSQL alone.
	leaseImpatient = &query{text: "SET LOCAL idle_in_transaction_session_timeout = 4000"}
)

// Claim takes the lease of a job; nil = another node has it. A node that
// starts takes back at once what it held before it died: again.
func (tx *Tx) Claim(job, node string, again bool) (*Lease, error) {
	l := &Lease{Job: job, Node: node, Until: tx.now.Add(LeaseTime)}
	mine := ""
	if again {
		mine = node
	}
	got, err := tx.one(leaseClaim, []any{job, node, micros(l.Until), micros(tx.now), micros(tx.now.Add(2 * LeaseTime)), mine}, &l.Token)
	if err != nil || !got {
		return nil, err
	}
	return l, nil
}

// Renew holds a lease for longer. Fault conflict lease.lost.
func (tx *Tx) Renew(l *Lease) error {
	until := tx.now.Add(LeaseTime)
	n, err := tx.exec(leaseRenew, l.Job, l.Token, micros(until))
	switch {
	case err != nil:
		return err
	case n == 0:
		return lost(*l)
	}
	l.Until = until
	return nil
}

// Release lets the next node begin at once.
func (tx *Tx) Release(l Lease) error {
	_, err := tx.exec(leaseRelease, l.Job, l.Token)
	return err
}

// Fence is the first statement of a transaction that only the holder may
// write. Until the commit nobody else takes the lease, so such transactions
// follow one another. Fault conflict lease.lost.
func (tx *Tx) Fence(l Lease) error {
	if tx.store.sqlite == nil {
		if _, err := tx.exec(leaseImpatient); err != nil {
			return err
		}
	}
	var token int64
	found, err := tx.one(leaseToken, []any{l.Job}, &token)
	if err == nil && (!found || token != l.Token) {
		err = lost(l)
	}
	return err
}

func lost(l Lease) error { return fault.New(fault.Conflict, "lease.lost", "job", l.Job) }
