package app

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"io/fs"
	"slices"

	"switchboard/internal/access"
	"switchboard/internal/blob"
	"switchboard/internal/casework"
	"switchboard/internal/fault"
	"switchboard/internal/i18n"
	"switchboard/internal/secret"
	"switchboard/internal/store"
	"switchboard/wire"
)

// MostFile is how large one file of a case may be.
const MostFile = 25 << 20

// AddFile adds a file to a case, for an audience like that of a message. The
// bytes are on disk before the event that names them.
func (a *App) AddFile(ctx context.Context, actor access.Actor, number string, f wire.NewFile, in io.Reader, version *int64, lang i18n.Lang) (*wire.Case, error) {
	if err := cleanFile(&f.Name, &f.Type); err != nil {
		return nil, err
	}
	if err := a.mayAttach(ctx, actor, number); err != nil {
		return nil, err
	}
	seen := &secret.Scanner{}
	kept, err := a.blobs.Put(ctx, io.TeeReader(in, seen), MostFile)
	switch {
	case errors.Is(err, blob.ErrTooLarge):
		return nil, fault.New(fault.Invalid, "file.too-large", "most", MostFile>>20)
	case ctx.Err() != nil:
		return nil, fault.Wrap(err, fault.Invalid, "file.cut-off")
	case err != nil:
		return nil, fault.Wrap(err, fault.Unavailable, "file.not-kept")
	}
	if out, err := a.addedBefore(ctx, &actor, number, kept, lang); out != nil || err != nil {
		return out, errors.Join(err, a.blobs.Remove(kept.ID))
	}
	told := tells(f.Confirm)
	told.file(f.Name, seen.Found())
	out, err := a.work(ctx, actor, number, step{needs: access.WorkCases, version: version, told: told, make: func(tx *store.Tx, c *casework.Case) (casework.Command, error) {
		attach := casework.Attach{Name: f.Name, Type: f.Type, Size: kept.Size, Sum: hex.EncodeToString(kept.Sum[:]), Blob: kept.ID, Audience: audience(c, actor.Company, f.Audience)}
		if f.Answers == 0 {
			return attach, nil
		}
		answered, err := readMessages(tx, c, actor.Company, []int64{f.Answers})
		if err == nil {
			attach.Answers = answered[0].Readers
		}
		return attach, err
	}}, lang)
	if err != nil {
		return nil, errors.Join(err, a.blobs.Remove(kept.ID))
	}
	return out, nil
}

// addedBefore is the case when the same request has brought the same bytes
// before. From here on the actor's request is one for these bytes.
func (a *App) addedBefore(ctx context.Context, actor *access.Actor, number string, b blob.Blob, lang i18n.Lang) (*wire.Case, error) {
	if actor.Request == nil {
		return nil, nil
	}
	request := *actor.Request
	request.Body = sha256.Sum256(slices.Concat(request.Body[:], b.Sum[:]))
	actor.Request = &request
	earlier, err := a.Earlier(ctx, request)
	if err != nil || earlier == nil {
		return nil, err
	}
	return a.Case(ctx, *actor, number, lang)
}

// mayAttach: a stranger does not get as far as filling the disk.
func (a *App) mayAttach(ctx context.Context, actor access.Actor, number string) error {
	if err := mayWorkOnOne(actor, access.WorkCases); err != nil {
		return err
	}
	return a.store.View(ctx, func(tx *store.Tx) error {
		c, err := seeCase(tx, actor, number)
		if err != nil {
			return err
		}
		return access.NeedOn(actor, access.WorkCases, c.Number, c.Topic)
	})
}

// File opens a file by the reader's own number of the event that brought it.
// The right is asked at each read.
func (a *App) File(ctx context.Context, actor access.Actor, number string, n int64) (f casework.File, in io.ReadCloser, err error) {
	if err := mayWorkOnOne(actor, access.OpenCases); err != nil {
		return f, nil, err
	}
	err = a.store.View(ctx, func(tx *store.Tx) error {
		c, err := seeCase(tx, actor, number)
		if err != nil {
			return err
		}
		events, err := readMessages(tx, c, actor.Company, []int64{n})
		if fault.Is(err, fault.NotFound) {
			return fault.New(fault.NotFound, "not-found.file")
		}
		if err != nil {
			return err
		}
		f, err = casework.FileOf(events[0])
		return err
	})
	if err != nil {
		return f, nil, err
	}
	in, err = a.blobs.Get(f.Blob)
	if errors.Is(err, fs.ErrNotExist) {
		err = fault.Wrap(err, fault.Internal, "internal")
	}
	return f, in, err
}
