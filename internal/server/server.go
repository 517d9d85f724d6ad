// Package server is the composition root: it opens the store, makes the
// application and its edges, and wraps what every request needs and nobody
// else knows. A server that listens leaves its address and a token for the
// command line of the same machine in its data directory.
package server

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"path/filepath"
	"runtime/debug"
	"sync"
	"time"

	"switchboard/internal/api"
	"switchboard/internal/app"
	"switchboard/internal/blob"
	"switchboard/internal/fault"
	"switchboard/internal/live"
	"switchboard/internal/store"
	"switchboard/internal/web"
)

// Options say where the data is and how to serve it.
type Options struct {
	DataDir string // SQLite file, lock and address of the running server
	DSN     string // postgres://...; "" = SQLite in DataDir
	BaseURL string // how people reach the server, for links; "" = its address
	Rate    int    // requests per minute and caller; 0 = no limit
	Demo    bool
	Now     func() time.Time // nil = time.Now
	Log     *slog.Logger     // nil = nowhere
}

// Server is an open installation. It serves nothing until Serve; Local reaches
// it without a socket.
type Server struct {
	o     Options
	store *store.Store
	files *blob.Store
	app   *app.App
	api   *api.Handler
	live  *live.Hub
	token localToken
	web   func() http.Handler
}

// Open opens the data and makes the application. What only a listening server
// needs is made when it listens. Faults are the store's.
func Open(ctx context.Context, o Options) (*Server, error) {
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	hub := live.New(app.MostStreams)
	data, err := store.Open(ctx, store.Options{DataDir: o.DataDir, DSN: o.DSN, Now: o.Now, Wake: hub.Wake})
	if err != nil {
		return nil, err
	}
	files, err := blob.Open(filepath.Join(o.DataDir, "files"))
	if err != nil {
		return nil, errors.Join(fault.Wrap(err, fault.Unavailable, "file.no-folder"), data.Close())
	}
	use, err := app.New(ctx, data, app.Options{Now: o.Now, Live: hub, Demo: o.Demo, Blobs: files})
	if err != nil {
		return nil, errors.Join(err, files.Close(), data.Close())
	}
	s := &Server{o: o, store: data, files: files, app: use, live: hub}
	s.api = api.New(api.Options{App: use, LocalToken: s.token.is, Rate: o.Rate, Version: Version(), Log: o.Log})
	s.web = sync.OnceValue(func() http.Handler {
		return web.New(web.Options{App: use, Now: o.Now, Demo: o.Demo, BaseURL: s.o.BaseURL})
	})
	return s, nil
}

// Close lets the data go.
func (s *Server) Close() error { return errors.Join(s.files.Close(), s.store.Close()) }

// Local is the interface for the command line in this process.
func (s *Server) Local() http.RoundTripper { return inProcess{s.api.Local()} }

// Handler is everything the server answers, wrapped as for the network.
func (s *Server) Handler() http.Handler {
	mux := http.NewServeMux()
	for _, path := range []string{"/v1/", "/healthz", "/readyz"} {
		mux.Handle(path, s.api)
	}
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) { s.web().ServeHTTP(w, r) })
	// A page of another site must not be able to act with a person's session.
	guarded := http.NewCrossOriginProtection().Handler(mux)
	return api.RequestID(logged(s.o.Log, s.o.Now, recovered(s.o.Log, secured(compressed(guarded)))))
}

const (
	headTime  = 10 * time.Second
	idleTime  = 2 * time.Minute
	drainTime = 10 * time.Second
	mostHead  = 64 << 10
)

// Serve answers on a listener and does the work that comes up by itself, until
// the context ends; then it lets running requests and work finish, for ten
// seconds at most.
func (s *Server) Serve(ctx context.Context, l net.Listener) error {
	if s.o.BaseURL == "" {
		s.o.BaseURL = "http://" + reachable(l.Addr())
	}
	if err := s.token.announce(s.o.DataDir, "http://"+reachable(l.Addr())); err != nil {
		return errors.Join(err, l.Close())
	}
	defer withdraw(s.o.DataDir)
	atWork, err := s.work(ctx)
	if err != nil {
		return errors.Join(err, l.Close())
	}
	defer atWork.stop()
	web := &http.Server{Handler: s.Handler(), ReadHeaderTimeout: headTime, IdleTimeout: idleTime, MaxHeaderBytes: mostHead,
		ErrorLog: slog.NewLogLogger(s.o.Log.Handler(), slog.LevelWarn)}
	web.RegisterOnShutdown(s.live.Close) // streams end, their readers come back elsewhere
	failed := make(chan error, 1)
	go func() { failed <- web.Serve(l) }()
	select {
	case err := <-failed:
		return err
	case <-ctx.Done():
	}
	drain, cancel := context.WithTimeout(context.WithoutCancel(ctx), drainTime)
	defer cancel()
	if err := web.Shutdown(drain); err != nil {
		return errors.Join(err, web.Close())
	}
	return nil
}

// reachable is the address by which the same machine reaches a listener.
func reachable(addr net.Addr) string {
	tcp, ok := addr.(*net.TCPAddr)
	if !ok {
		return addr.String()
	}
	at := *tcp
	if at.IP.IsUnspecified() {
		at.IP = net.IPv4(127, 0, 0, 1)
	}
	return at.String()
}

// Version is the version of the program, from its build.
var Version = sync.OnceValue(func() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "unknown"
	}
	version := info.Main.Version
	for _, setting := range info.Settings {
		if setting.Key == "vcs.revision" && (version == "" || version == "(devel)") {
			version = setting.Value[:min(12, len(setting.Value))]
		}
	}
	if version == "" || version == "(devel)" {
		return "devel"
	}
	return version
})
