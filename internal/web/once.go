package web

import (
	"crypto/sha256"
	"hash/maphash"
	"net/http"
	"sync"

	"switchboard/internal/app"
)

// turns makes equal forms that arrive at the same time wait for each other, so
// that a double click finds what the first click has done.
type turns struct {
	seed  maphash.Seed
	locks [64]sync.Mutex
}

func newTurns() *turns { return &turns{seed: maphash.MakeSeed()} }

func (t *turns) of(key string) *sync.Mutex {
	return &t.locks[maphash.String(t.seed, key)%uint64(len(t.locks))]
}

// do runs a form's job and goes to the page it names. The same form of the
// same person goes there without running again; one that failed may be sent
// again.
func (v *visit) do(job func() (to string, err error)) error {
	r, marked := v.request()
	if !marked {
		to, err := job()
		if err != nil {
			return err
		}
		return v.redirect(to)
	}
	turn := v.site.turns.of(r.Caller + r.Key)
	turn.Lock()
	defer turn.Unlock()
	earlier, err := v.site.app.Earlier(v.ctx(), r)
	if err != nil {
		return err
	}
	if earlier != nil {
		return v.redirect(earlier.ID)
	}
	to, err := job()
	if err != nil {
		return err
	}
	if err := v.site.app.Keep(v.ctx(), r, app.Outcome{Kind: "page", ID: to, Status: http.StatusSeeOther}); err != nil {
		return err
	}
	return v.redirect(to)
}

// again tells whether this form has been done before, where its answer is the
// page itself and cannot be repeated: a secret is shown once.
func (v *visit) again() (bool, error) {
	r, marked := v.request()
	if !marked {
		return false, nil
	}
	earlier, err := v.site.app.Earlier(v.ctx(), r)
	return earlier != nil, err
}

// done remembers such a form.
func (v *visit) done() error {
	r, marked := v.request()
	if !marked {
		return nil
	}
	return v.site.app.Keep(v.ctx(), r, app.Outcome{Kind: "page", Status: http.StatusCreated})
}

// request names a form: the mark it carries, the person, and what was typed.
func (v *visit) request() (r app.Request, marked bool) {
	form := v.r.PostForm
	r = app.Request{Caller: "web:" + v.actor.Company + "/" + v.actor.Person, Route: v.r.Method + " " + v.r.URL.Path, Key: form.Get("idem"),
		Body: sha256.Sum256([]byte(form.Encode()))}
	return r, r.Key != ""
}
