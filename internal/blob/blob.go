// Package blob keeps files outside the database, under random names of its own.
// What somebody calls a file is data and never a path. A file is on disk,
// directory entry included, before its name is given out: the blob of a row
// that is committed always exists. One whose row never came is an orphan that
// nobody can name.
package blob

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strings"
)

// ErrTooLarge is for what goes beyond the limit; nothing of it is kept.
var ErrTooLarge = errors.New("blob: too large")

// Store is a folder of blobs.
type Store struct{ root *os.Root }

// Open opens a folder, which is made when it is missing.
func Open(dir string) (*Store, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, err
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, err
	}
	return &Store{root}, nil
}

// Close lets the folder go.
func (s *Store) Close() error { return s.root.Close() }

// Blob is what has been kept: its name here, its size in bytes and its SHA-256.
type Blob struct {
	ID   string
	Size int64
	Sum  [sha256.Size]byte
}

// Put keeps what it reads, up to a limit in bytes.
func (s *Store) Put(ctx context.Context, in io.Reader, limit int64) (b Blob, err error) {
	raw := make([]byte, 16)
	rand.Read(raw) // never fails (crypto/rand)
	id := hex.EncodeToString(raw)
	shelf := id[:2]
	if err := s.root.Mkdir(shelf, 0o700); err != nil && !errors.Is(err, fs.ErrExist) {
		return Blob{}, err
	}
	f, err := s.root.OpenFile(place(id), os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return Blob{}, err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, s.root.Remove(place(id)))
		}
	}()
	sum := sha256.New()
	b.Size, err = io.Copy(io.MultiWriter(f, sum), io.LimitReader(following{ctx, in}, limit+1))
	if err == nil && b.Size > limit {
		err = ErrTooLarge
	}
	if err == nil {
		err = f.Sync()
	}
	if err = errors.Join(err, f.Close()); err != nil {
		return Blob{}, err
	}
	if err = errors.Join(s.sync(shelf), s.sync(".")); err != nil {
		return Blob{}, err
	}
	b.ID = id
	copy(b.Sum[:], sum.Sum(nil))
	return b, nil
}

// sync makes a directory's entries durable.
func (s *Store) sync(dir string) error {
	d, err := s.root.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

// Get opens a blob; fs.ErrNotExist when there is none of that name.
func (s *Store) Get(id string) (io.ReadCloser, error) {
	if len(id) != 32 || strings.Trim(id, "0123456789abcdef") != "" {
		return nil, fmt.Errorf("blob: %w", fs.ErrNotExist)
	}
	return s.root.Open(place(id))
}

// Remove lets a blob go; one that is not there is gone already.
func (s *Store) Remove(id string) error {
	if err := s.root.Remove(place(id)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}

func place(id string) string { return id[:2] + "/" + id }

// following stops reading when nobody waits any more.
type following struct {
	ctx context.Context
	in  io.Reader
}

func (f following) Read(p []byte) (int, error) {
	if err := f.ctx.Err(); err != nil {
		return 0, err
	}
	return f.in.Read(p)
}
