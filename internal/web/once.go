package web

import (
	"crypto/sha256"
	"hash/maphash"
	"sync"

	"switchboard/internal/access"
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

// do runs a form's job and goes to the page that shows what it made. The same
// form of the same person goes there without running again: the use case keeps
// the outcome in its own transaction. A form that failed may be sent again.
func (v *visit) do(page func(made string) string, job func() (made string, err error)) error {
	r := v.request()
	turn := v.site.turns.of(r.Caller + r.Key)
	turn.Lock()
	defer turn.Unlock()
	earlier, err := v.earlier(r)
	if err != nil {
		return err
	}
	if earlier != nil {
		return v.redirect(page(earlier.ID))
	}
	made, err := job()
	if err != nil {
		return err
	}
	return v.redirect(page(made))
}

// earlier gives what this form has led to before; nil = it is new, and from now
// on carries its mark.
func (v *visit) earlier(r access.Request) (*app.Outcome, error) {
	if r.Key == "" {
		return nil, nil
	}
	earlier, err := v.site.app.Earlier(v.ctx(), r)
	if earlier == nil && err == nil {
		v.actor.Request = &r
	}
	return earlier, err
}

// request names a form: the mark it carries, the person, and what was typed.
func (v *visit) request() access.Request {
	form := v.r.PostForm
	return access.Request{Caller: "web:" + v.actor.Company + "/" + v.actor.Person, Route: v.r.Method + " " + v.r.URL.Path, Key: form.Get("idem"),
		Body: sha256.Sum256([]byte(form.Encode()))}
}

// there is one page, whatever was made.
func there(address string) func(string) string {
	return func(string) string { return address }
}
