package bench

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"testing"

	"switchboard/client"
	"switchboard/internal/server"
	"switchboard/internal/worldfile"
)

// filled opens the product on a world, in this process.
func filled(tb testing.TB, sizeName string) (*server.Server, *World, string) {
	tb.Helper()
	size, ok := SizeOf(sizeName)
	if !ok {
		tb.Fatal("no such size")
	}
	w := NewWorld(size)
	srv, err := server.Open(tb.Context(), server.Options{DataDir: tb.TempDir()})
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() {
		if err := srv.Close(); err != nil {
			tb.Error(err)
		}
	})
	path := filepath.Join(tb.TempDir(), "world.jsonl")
	f, err := os.Create(path)
	if err != nil {
		tb.Fatal(err)
	}
	if err := worldfile.Write(f, worldfile.JSONLines, w.Objects()); err != nil {
		tb.Fatal(err)
	}
	if err := f.Close(); err != nil {
		tb.Fatal(err)
	}
	c, err := client.New(client.Options{Server: "http://switchboard.invalid", Transport: srv.Local()})
	if err != nil {
		tb.Fatal(err)
	}
	file := client.File{Name: "world.jsonl", Open: func() (io.ReadCloser, error) { return os.Open(path) }}
	if _, err := c.Import(tb.Context(), []client.File{file}, client.ImportOptions{}); err != nil {
		tb.Fatal(err)
	}
	token, err := c.CreateToken(context.Background(), client.NewToken{Company: OperatorID, Person: OperatorAdmin, Scopes: []string{"admin"}})
	if err != nil {
		tb.Fatal(err)
	}
	return srv, w, token.Secret
}

// BenchmarkWho is the whole way of a question through the server without the
// socket, for profiles and allocations.
func BenchmarkWho(b *testing.B) {
	srv, w, token := filled(b, "10k")
	handler := srv.Handler()
	s := &scene{bench: &bench{world: w}}
	b.ReportAllocs()
	b.ResetTimer()
	for i := 0; b.Loop(); i++ {
		r := httptest.NewRequest(http.MethodGet, s.whoPath(i%4096), nil)
		r.Header.Set("Authorization", "Bearer "+token)
		out := httptest.NewRecorder()
		handler.ServeHTTP(out, r)
		if out.Code != http.StatusOK {
			b.Fatal(out.Code, out.Body)
		}
	}
}
