package web

import (
	"fmt"
	"log/slog"
	"net/http"
	"strconv"
	"strings"

	"switchboard/internal/access"
	"switchboard/internal/fault"
	"switchboard/internal/live"
)

const livePage = 100

// liveStream tells an open page that something has come to its company: the
// position and the case's number, no more. The page asks for itself again, with
// the rights that its reader has then (experience 4.3).
func liveStream(v *visit) error {
	if !v.worksHere() {
		return fault.New(fault.NotFound, "web.not-found")
	}
	ear, err := v.site.app.Follow(v.actor, "")
	if err != nil {
		return err
	}
	defer ear.Close()
	at, err := v.heardUpTo()
	if err != nil {
		return err
	}
	leave, err := v.attend()
	if err != nil {
		return err
	}
	defer leave()
	q := v.r.URL.Query()
	s := &pageFeed{visit: v, at: at, company: v.actor.Company, on: q.Get("on"), here: q.Get("here"), out: live.Open(v.w, fmt.Sprintf("retry: 2000\nid: %d\n\n", at))}
	err = s.out.Follow(v.ctx(), ear, s.send)
	if fault.Is(err, fault.Denied) || fault.Is(err, fault.NotFound) {
		return nil // told what any caller is when it comes back
	}
	if err != nil {
		slog.Warn("a live page has ended", "request", v.id, "err", err) // the head is out
	}
	return nil
}

// attend says that the reader has the case of the page before his eyes, as long
// as the stream lasts: a page that nobody looks at gives it back.
func (v *visit) attend() (leave func(), err error) {
	number := v.r.URL.Query().Get("on")
	if number == "" {
		return func() {}, nil
	}
	return v.site.app.Attend(v.ctx(), v.actor, number)
}

// heardUpTo is where a page goes on that was cut off, else where it was read.
func (v *visit) heardUpTo() (int64, error) {
	if at, err := strconv.ParseInt(v.r.Header.Get("Last-Event-ID"), 10, 64); err == nil && at >= 0 {
		return at, nil
	}
	if at, err := strconv.ParseInt(v.r.URL.Query().Get("after"), 10, 64); err == nil && at >= 0 {
		return at, nil
	}
	return v.site.app.FeedEnd(v.ctx(), v.actor, "")
}

// follows tells whether a page hears of what others do.
func (v *visit) follows() bool {
	path := v.r.URL.Path
	return v.r.Method == http.MethodGet && (strings.HasPrefix(path, "/inbox/") || strings.HasPrefix(path, "/c/")) && v.worksHere()
}

// listen notes where the feed stands before the page is read, so that nothing is
// missed between the page and its stream.
func (v *visit) listen() (err error) {
	if v.follows() {
		v.heard, err = v.site.app.FeedEnd(v.ctx(), v.actor, "")
	}
	return err
}

type pageFeed struct {
	visit   *visit
	at      int64
	company string
	on      string // the case of the page
	here    string // the colleagues that the page shows beside it
	out     *live.Stream
}

// send asks anew who reads, then tells what is new.
func (s *pageFeed) send() error {
	if err := s.again(); err != nil {
		return err
	}
	if err := s.sendPresent(); err != nil {
		return err
	}
	for {
		entries, err := s.visit.site.app.FeedMarks(s.visit.ctx(), s.visit.actor, s.at, livePage)
		if err != nil {
			return err
		}
		var b strings.Builder
		for _, e := range entries {
			fmt.Fprintf(&b, "id: %d\ndata: %s\n\n", e.Position, e.Case)
		}
		if b.Len() > 0 {
			if err := s.out.Write(b.String()); err != nil {
				return err
			}
			s.at = entries[len(entries)-1].Position
		}
		if len(entries) < livePage {
			return nil
		}
	}
}

// sendPresent tells that others have come to the case, left it or begun to write.
// It has no position: it is not of the feed.
func (s *pageFeed) sendPresent() error {
	if s.on == "" {
		return nil
	}
	here := faces(s.visit.site.app.Present(s.visit.actor, s.on))
	if here == s.here {
		return nil
	}
	s.here = here
	return s.out.Write("data: " + s.on + "\n\n")
}

// again: the session may have ended, the person may have moved.
func (s *pageFeed) again() error {
	v := s.visit
	v.session, v.actor = nil, access.Actor{Via: access.ViaWeb}
	if err := v.authenticate(); err != nil {
		return err
	}
	if !v.worksHere() || v.actor.Company != s.company {
		return live.ErrGone
	}
	return nil
}
