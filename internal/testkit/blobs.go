package testkit

import (
	"testing"

	"switchboard/internal/blob"
)

// Blobs is a folder for the files of cases that is gone after the test.
func Blobs(t testing.TB) *blob.Store {
	t.Helper()
	s, err := blob.Open(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}
