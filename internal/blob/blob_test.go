package blob

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func open(t *testing.T) (*Store, string) {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "blobs")
	s, err := Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s, dir
}

func TestABlobComesBackAsItWas(t *testing.T) {
	s, _ := open(t)
	data := bytes.Repeat([]byte("日本語 \x00"), 10_000)
	b, err := s.Put(t.Context(), bytes.NewReader(data), 1<<20)
	if err != nil || b.Size != int64(len(data)) || b.Sum != sha256.Sum256(data) {
		t.Fatalf("%+v %v", b, err)
	}
	in, err := s.Get(b.ID)
	if err != nil {
		t.Fatal(err)
	}
	got, err := io.ReadAll(in)
	if err := errors.Join(err, in.Close()); err != nil || !bytes.Equal(got, data) {
		t.Fatalf("%d bytes, %v", len(got), err)
	}
	if err := errors.Join(s.Remove(b.ID), s.Remove(b.ID)); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Get(b.ID); !errors.Is(err, fs.ErrNotExist) {
		t.Fatal(err)
	}
}

type broken struct{}

func (broken) Read([]byte) (int, error) { return 0, errors.New("cut off") }

func TestNothingIsLeftOfWhatFails(t *testing.T) {
	s, dir := open(t)
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	for name, put := range map[string]func() (Blob, error){
		"too large": func() (Blob, error) { return s.Put(t.Context(), strings.NewReader("12345"), 4) },
		"cut off":   func() (Blob, error) { return s.Put(t.Context(), io.MultiReader(strings.NewReader("12"), broken{}), 4) },
		"nobody":    func() (Blob, error) { return s.Put(gone, strings.NewReader("12"), 4) },
	} {
		if b, err := put(); err == nil || b.ID != "" {
			t.Errorf("%s: %+v %v", name, b, err)
		}
	}
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			t.Errorf("%s is left", path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Put(t.Context(), strings.NewReader("1234"), 4); err != nil {
		t.Errorf("just as large as possible: %v", err)
	}
}

func TestNoNameLeadsOutOfTheFolder(t *testing.T) {
	s, dir := open(t)
	secret := filepath.Join(filepath.Dir(dir), "secret")
	if err := os.WriteFile(secret, []byte("x"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, id := range []string{"", "../secret", "..", "/etc/passwd", strings.Repeat("../", 11), "ab/../../secret", strings.Repeat("A", 32), strings.Repeat("0", 32)} {
		if in, err := s.Get(id); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("%q: %v %v", id, in, err)
		}
	}
}
