package app

import (
	"context"
	"errors"
	"sync/atomic"

	"switchboard/internal/access"
	"switchboard/internal/casework"
	"switchboard/internal/fault"
	"switchboard/internal/picture"
	"switchboard/internal/store"
)

// How many pictures are decoded at one time, which bounds their memory, and how
// many readers wait for that.
const (
	decodedAtOnce = 2
	mostWaiting   = 64
)

// gallery is where pictures are decoded, two at a time.
type gallery struct {
	places  chan struct{}
	waiting atomic.Int64
}

func newGallery() *gallery { return &gallery{places: make(chan struct{}, decodedAtOnce)} }

// enter waits for a place. Fault unavailable picture.busy when too many do.
func (g *gallery) enter(ctx context.Context) error {
	defer g.waiting.Add(-1)
	if g.waiting.Add(1) > mostWaiting {
		return fault.New(fault.Unavailable, "picture.busy")
	}
	select {
	case g.places <- struct{}{}:
		return nil
	case <-ctx.Done():
		return fault.Wrap(ctx.Err(), fault.Unavailable, "picture.busy")
	}
}

func (g *gallery) leave() { <-g.places }

// Picture is a file of a case as it can be shown: written anew by the server.
type Picture struct {
	Type string
	Data []byte
}

// Picture gives the preview of a file under the rights of the file itself. What
// cannot be shown is not found.
func (a *App) Picture(ctx context.Context, actor access.Actor, number string, n int64) (p Picture, err error) {
	f, in, err := a.File(ctx, actor, number, n)
	if err != nil {
		return p, err
	}
	defer func() { err = errors.Join(err, in.Close()) }()
	none := fault.New(fault.NotFound, "not-found.picture")
	if f.Size > picture.MostBytes {
		return p, none
	}
	if err := a.gallery.enter(ctx); err != nil {
		return p, err
	}
	defer a.gallery.leave()
	p.Type, p.Data, err = picture.Preview(in)
	if errors.Is(err, picture.ErrNone) {
		return p, none
	}
	return p, err
}

// Pictures tells which files of a case can be shown, by the reader's own number
// of the event that brought each, and how large their previews are. Only the head
// of each is read.
func (a *App) Pictures(ctx context.Context, actor access.Actor, number string) (out map[int64]picture.Head, err error) {
	if err := mayWorkOnOne(actor, access.OpenCases); err != nil {
		return nil, err
	}
	files := map[int64]casework.File{}
	err = a.store.View(ctx, func(tx *store.Tx) error {
		c, err := seeCase(tx, actor, number)
		if err != nil {
			return err
		}
		events, err := tx.SeenEvents(c.Number, c.Bit(actor.Company))
		if err != nil {
			return err
		}
		for _, l := range casework.View(events, c.Bit(actor.Company)) {
			if plainKind(l.Event) == "file" {
				files[l.N], err = fileOf(events, l)
			}
			if err != nil {
				return err
			}
		}
		return nil
	})
	out = map[int64]picture.Head{}
	for n, f := range files {
		if head, ok := a.head(f); ok {
			out[n] = head
		}
	}
	return out, err
}

// fileOf is the file of a line, where its bytes lie included, which no line tells.
func fileOf(events []casework.Event, l casework.Line) (casework.File, error) {
	for _, e := range events {
		if e.Leaf == l.Event.Leaf {
			f, err := casework.FileOf(e)
			if fault.Is(err, fault.NotFound) { // erased
				return casework.File{}, nil
			}
			return f, err
		}
	}
	return casework.File{}, nil
}

// head of a file that is there; one that is not, or is none, is no picture.
func (a *App) head(f casework.File) (h picture.Head, ok bool) {
	if f.Blob == "" || f.Size > picture.MostBytes {
		return h, false
	}
	in, err := a.blobs.Get(f.Blob)
	if err != nil {
		return h, false // who opens the file is told
	}
	h, err = picture.Look(in, f.Size)
	return h, errors.Join(err, in.Close()) == nil
}
