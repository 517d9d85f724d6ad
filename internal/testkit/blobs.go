package testkit

import (
	"testing"

	"switchboard/internal/blob"
)

// Blobs is a folder for the files of cases that is gone after the test.
func Blobs(t testing.TB) *blob.Store { return BlobsIn(t, t.TempDir()) }

// BlobsIn is one in a folder that the test looks into.
func BlobsIn(t testing.TB, dir string) *blob.Store {
	t.Helper()
	s, err := blob.Open(dir)
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
