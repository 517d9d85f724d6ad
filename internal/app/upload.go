package app

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"io"
	"strings"
	"time"

	"switchboard/internal/access"
	"switchboard/internal/blob"
	"switchboard/internal/casework"
	"switchboard/internal/fault"
	"switchboard/internal/i18n"
	"switchboard/internal/secret"
	"switchboard/internal/text"
)

// MostUploads is how many files can come with one message of a form.
const MostUploads = 5

// Upload is a file that is on disk and belongs to no case yet.
type Upload struct {
	Name, Type string
	blob       blob.Blob
	found      []secret.Finding
}

// Sum is the SHA-256 of its bytes.
func (u Upload) Sum() [sha256.Size]byte { return u.blob.Sum }

// KeepUpload puts a file on disk for a case, or with "" for one that is about to
// be opened. Fault file.is-too-large tells how large it is, so the rest of one
// that is too large is read and dropped.
func (a *App) KeepUpload(ctx context.Context, actor access.Actor, number, name, kind string, in io.Reader) (Upload, error) {
	u := Upload{Name: name, Type: kind}
	if err := cleanFile(&u.Name, &u.Type); err != nil {
		return u, err
	}
	if err := a.mayUpload(ctx, actor, number); err != nil {
		return u, err
	}
	counted, seen := &counter{in: in}, &secret.Scanner{}
	var err error
	u.blob, err = a.blobs.Put(ctx, io.TeeReader(counted, seen), MostFile)
	switch {
	case errors.Is(err, blob.ErrTooLarge):
		if _, err := io.Copy(io.Discard, counted); err != nil {
			return u, fault.Wrap(err, fault.Invalid, "file.cut-off")
		}
		return u, fault.New(fault.Invalid, "file.is-too-large", "size", (counted.n+1<<20-1)>>20, "most", MostFile>>20)
	case ctx.Err() != nil || counted.err != nil:
		return u, fault.Wrap(err, fault.Invalid, "file.cut-off")
	case err != nil:
		return u, fault.Wrap(err, fault.Unavailable, "file.not-kept")
	}
	u.found = seen.Found()
	return u, nil
}

// mostFileName is how many bytes the name of a file may have: what the common
// file systems take, so that whoever downloads it can keep its name.
const mostFileName = 255

// cleanFile makes name and type of a file fit to be kept. A path is somebody's
// folder and no name; nor is what consists of dots and spaces alone.
func cleanFile(name, kind *string) error {
	if err := clean("type", kind, mostLine); err != nil {
		return err
	}
	last := (*name)[strings.LastIndexAny(*name, `/\`)+1:]
	tidy, err := tidied("name", last, text.Line)
	switch {
	case err != nil:
		return err
	case strings.Trim(tidy, ". ") == "":
		return fault.New(fault.Invalid, "fields.invalid").At("name", "file.no-name")
	case len(tidy) > mostFileName:
		return fault.New(fault.Invalid, "fields.invalid").At("name", "file.name-too-long", "length", len(tidy), "most", mostFileName)
	}
	*name = tidy
	return nil
}

// mayUpload: a stranger does not get as far as filling the disk.
func (a *App) mayUpload(ctx context.Context, actor access.Actor, number string) error {
	if number == "" {
		return mayWork(actor, access.OpenCases)
	}
	return a.mayAttach(ctx, actor, number)
}

// counter counts what is read, and keeps what went wrong at the sender's end.
type counter struct {
	in  io.Reader
	n   int64
	err error
}

func (c *counter) Read(p []byte) (int, error) {
	n, err := c.in.Read(p)
	c.n += int64(n)
	if err != nil && !errors.Is(err, io.EOF) {
		c.err = err
	}
	return n, err
}

// DropUploads lets files go that came to no case.
func (a *App) DropUploads(files []Upload) error {
	var all []error
	for _, u := range files {
		if u.blob.ID != "" {
			all = append(all, a.blobs.Remove(u.blob.ID))
		}
	}
	return errors.Join(all...)
}

// parcel are the files that come with a message, for the readers of that message:
// named like those of a message, or those of what the message answers.
type parcel struct {
	files    []Upload
	audience []string
	answers  casework.Bits
}

// attach adds the files that came with a message, to be written together with
// it: all of it is on the case, or nothing.
func (d *desk) attach(c *casework.Case, actor casework.By, at time.Time, p parcel, drawn casework.Chance, lang i18n.Lang) (*casework.Case, []casework.Event, error) {
	var all []casework.Event
	for i, u := range p.files {
		moved, events, err := d.decide(c, u.command(p.audience, p.answers), actor, at, another(drawn, i), lang)
		if err != nil {
			return nil, nil, err
		}
		c, all = moved, append(all, events...)
	}
	return c, all, nil
}

func (u Upload) command(audience []string, answers casework.Bits) casework.Attach {
	return casework.Attach{Name: u.Name, Type: u.Type, Size: u.blob.Size, Sum: hex.EncodeToString(u.blob.Sum[:]), Blob: u.blob.ID, Audience: audience, Answers: answers}
}

// another is chance for the next command of the same request.
func another(drawn casework.Chance, i int) casework.Chance {
	return casework.Chance{Seed: sha256.Sum256(binary.BigEndian.AppendUint64(append([]byte("another"), drawn.Seed[:]...), uint64(i)))}
}
