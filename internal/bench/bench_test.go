package bench

import (
	"context"
	"errors"
	"io"
	"iter"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"sync/atomic"
	"testing"

	"switchboard/client"
	"switchboard/internal/server"
	"switchboard/internal/testkit"
	"switchboard/internal/worldfile"
)

// opened opens the product on an empty place, in this process.
func opened(tb testing.TB) (*server.Server, *client.Client) {
	tb.Helper()
	return openedOn(tb, "")
}

// openedOn opens it on an empty PostgreSQL; on SQLite when there is no DSN.
func openedOn(tb testing.TB, dsn string) (*server.Server, *client.Client) {
	tb.Helper()
	srv, err := server.Open(tb.Context(), server.Options{DataDir: tb.TempDir(), DSN: dsn, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() {
		if err := srv.Close(); err != nil {
			tb.Error(err)
		}
	})
	c, err := client.New(client.Options{Server: "http://switchboard.invalid", Transport: srv.Local()})
	if err != nil {
		tb.Fatal(err)
	}
	return srv, c
}

// written puts a part of a world into a file.
func written(tb testing.TB, syntax worldfile.Syntax, objects iter.Seq2[any, error]) client.File {
	tb.Helper()
	f, err := os.Create(filepath.Join(tb.TempDir(), "world."+string(syntax)))
	if err != nil {
		tb.Fatal(err)
	}
	if err := errors.Join(worldfile.Write(f, syntax, objects), f.Close()); err != nil {
		tb.Fatal(err)
	}
	return client.File{Name: filepath.Base(f.Name()), Open: func() (io.ReadCloser, error) { return os.Open(f.Name()) }}
}

func imported(tb testing.TB, c *client.Client, file client.File) {
	tb.Helper()
	if _, err := c.Import(context.Background(), []client.File{file}, client.ImportOptions{}); err != nil {
		tb.Fatal(err)
	}
}

func sized(tb testing.TB, name string) *World {
	tb.Helper()
	size, ok := SizeOf(name)
	if !ok {
		tb.Fatal("no such size")
	}
	return NewWorld(size)
}

// BenchmarkImport takes in 100,000 subscriptions whose base is there.
func BenchmarkImport(b *testing.B) {
	w := sized(b, "100k")
	for _, syntax := range []worldfile.Syntax{worldfile.JSONLines, worldfile.YAML} {
		base, sales := written(b, worldfile.JSONLines, w.Base()), written(b, syntax, w.Sales())
		b.Run(string(syntax), func(b *testing.B) {
			for b.Loop() {
				b.StopTimer()
				_, c := opened(b)
				imported(b, c, base)
				b.StartTimer()
				imported(b, c, sales)
			}
			b.ReportMetric(float64(b.N*w.Subscriptions)/b.Elapsed().Seconds(), "rows/s")
		})
	}
}

// The whole way of a request through the server without the socket, for
// profiles and allocations.
func BenchmarkServer(b *testing.B) {
	w := sized(b, "100k")
	srv, c := opened(b)
	imported(b, c, written(b, worldfile.JSONLines, w.Objects()))
	token, err := c.CreateToken(b.Context(), client.NewToken{Company: OperatorID, Person: OperatorAdmin, Scopes: []string{"admin"}})
	if err != nil {
		b.Fatal(err)
	}
	handler := srv.Handler()
	s := &scene{bench: &bench{world: w}}
	for name, path := range map[string]func(int) string{"who": s.whoPath, "offers-page": s.listPath, "offers-search": searchPath} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for i := 0; b.Loop(); i++ {
				r := httptest.NewRequest(http.MethodGet, path(i%4096), nil)
				r.Header.Set("Authorization", "Bearer "+token.Secret)
				out := httptest.NewRecorder()
				handler.ServeHTTP(out, r)
				if out.Code != http.StatusOK {
					b.Fatal(out.Code, out.Body)
				}
			}
		})
	}
}

// working serves with all its jobs, and gives the address.
func working(b *testing.B, srv *server.Server) string {
	b.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	ctx, stop := context.WithCancel(b.Context())
	ended := make(chan error, 1)
	go func() { ended <- srv.Serve(ctx, l) }()
	b.Cleanup(func() {
		stop()
		if err := <-ended; err != nil {
			b.Error(err)
		}
	})
	return "http://" + l.Addr().String()
}

// What the page of a long case asks for, and a new case, of a server whose client
// is in the same process: for profiles.
func BenchmarkCaseServer(b *testing.B) {
	b.Run("sqlite", func(b *testing.B) { caseServer(b, "") })
	b.Run("postgres", func(b *testing.B) { caseServer(b, testkit.Postgres(b)) })
}

func caseServer(b *testing.B, dsn string) {
	w := sized(b, "small")
	srv, c := openedOn(b, dsn)
	imported(b, c, written(b, worldfile.JSONLines, w.Objects()))
	token, err := c.CreateToken(b.Context(), client.NewToken{Company: directID(0), Person: "agent-0", Scopes: []string{"write"}})
	if err != nil {
		b.Fatal(err)
	}
	s := &scene{bench: &bench{world: w}, http: &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 16, DisableCompression: true}}, server: &child{url: working(b, srv)}}
	a := &agent{token: token.Secret, sales: w.salesOf(0, 100)}
	path, err := s.longCase(b.Context(), a)
	if err != nil {
		b.Fatal(err)
	}
	buyer, err := c.CreateToken(b.Context(), client.NewToken{Company: w.buyer(), Person: customerPerson, Scopes: []string{"read"}})
	if err != nil {
		b.Fatal(err)
	}
	header := map[string]string{"Authorization": "Bearer " + buyer.Secret}
	b.Run("open", func(b *testing.B) {
		for b.Loop() {
			if _, err := s.call(b.Context(), http.MethodGet, path, nil, header); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("create-8", func(b *testing.B) {
		var n atomic.Int64
		b.SetParallelism(4) // eight on two cores
		b.RunParallel(func(pb *testing.PB) {
			for pb.Next() {
				if _, err := s.post(b.Context(), a, "/v1/cases", s.newCase(a, int(n.Add(1)))); err != nil {
					b.Error(err)
					return
				}
			}
		})
	})
	b.Run("create", func(b *testing.B) {
		for i := 0; b.Loop(); i++ {
			if _, err := s.post(b.Context(), a, "/v1/cases", s.newCase(a, i)); err != nil {
				b.Fatal(err)
			}
		}
	})
}
