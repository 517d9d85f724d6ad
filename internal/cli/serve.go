package cli

import (
	"errors"
	"fmt"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"switchboard/client"
	"switchboard/internal/fault"
	"switchboard/internal/server"
)

// listening are the flags of a verb that serves.
type listening struct {
	Listen  string `placeholder:"ADDRESS"`
	BaseURL string `name:"base-url" placeholder:"URL"`
	Rate    int    `placeholder:"N"`
	Log     string `placeholder:"FORM"`
}

type serveVerb struct{ listening }

// Run serves until it is told to stop, then lets running requests finish. Where
// nobody has set anything up, it says how to begin.
func (v *serveVerb) Run(s *session) error {
	return v.run(s, false, func(srv *server.Server, url string) error {
		c, err := s.within(srv)
		if err != nil {
			return err
		}
		if v.BaseURL != "" {
			url = strings.TrimRight(v.BaseURL, "/")
		}
		return s.firstStart(c, url)
	})
}

// firstStart prints the one-time link of an empty installation (experience 6.3).
func (s *session) firstStart(c *client.Client, url string) error {
	path, until, err := c.SetupLink(s.ctx)
	if answered := new(client.Error); errors.As(err, &answered) && answered.Problem.Code == "setup.done" {
		return nil
	}
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(s.Out, "%s\n  %s%s\n%s\n", s.t("cli.setup.open"), url, path, s.t("cli.setup.until", "n", int(until.Sub(s.Now()).Round(time.Minute).Minutes())))
	return err
}

// within talks to a server of this process.
func (s *session) within(srv *server.Server) (*client.Client, error) {
	return client.New(client.Options{Server: "http://switchboard.invalid", Lang: string(s.lang), Transport: srv.Local(), Tries: 1})
}

// run opens, listens, lets ready speak, and serves.
func (v *listening) run(s *session, demo bool, ready func(*server.Server, string) error) error {
	log, err := v.logger(s)
	if err != nil {
		return err
	}
	o := s.serverOptions()
	o.BaseURL, o.Rate, o.Demo, o.Log = v.BaseURL, v.Rate, demo, log
	if s.local != nil { // a demonstration has filled it already
		if err := s.close(); err != nil {
			return err
		}
		s.local, s.clients = nil, nil
	}
	srv, err := server.Open(s.ctx, o)
	if err != nil {
		return err
	}
	s.local = srv
	l, err := net.Listen("tcp", v.Listen)
	if errors.Is(err, syscall.EADDRINUSE) {
		return fault.Wrap(err, fault.Conflict, "cli.port-in-use", "address", v.Listen)
	}
	if err != nil {
		return fault.Wrap(err, fault.Invalid, "cli.listen", "address", v.Listen)
	}
	url := "http://" + l.Addr().String()
	s.say("cli.serving", "url", url, "data", s.dataPlace())
	if err := ready(srv, url); err != nil {
		return errors.Join(err, l.Close())
	}
	if err := srv.Serve(s.ctx, l); err != nil {
		return fault.Wrap(err, fault.Internal, "cli.serve-failed")
	}
	s.say("cli.stopped")
	return nil
}

func (s *session) dataPlace() string {
	if s.g.DB != "" && s.g.DB != "sqlite" {
		return masked("db", s.g.DB)
	}
	return s.g.DataDir
}

func (v *listening) logger(s *session) (*slog.Logger, error) {
	level := slog.LevelInfo
	if s.g.Quiet {
		level = slog.LevelError
	}
	o := &slog.HandlerOptions{Level: level}
	switch v.Log {
	case "text":
		return slog.New(slog.NewTextHandler(s.Err, o)), nil
	case "json":
		return slog.New(slog.NewJSONHandler(s.Err, o)), nil
	case "none":
		return slog.New(slog.DiscardHandler), nil
	}
	return nil, misuse("cli.log", "value", v.Log)
}

type demoVerb struct {
	Reset bool
	listening
}

// Run starts a seeded world on a throw-away data directory and prints a way in
// for every persona.
func (v *demoVerb) Run(s *session) error {
	fresh, err := v.place(s)
	if err != nil {
		return err
	}
	if v.Log == defaults["log"] {
		v.Log = "none" // what is printed here is for people
	}
	if fresh {
		if err := s.stage(); err != nil {
			return err
		}
	}
	return v.run(s, true, func(srv *server.Server, url string) error {
		c, err := s.within(srv)
		if err != nil {
			return err
		}
		return s.personas(c, url)
	})
}

// place makes the demonstration's own data directory, so that it never mixes
// with real data, and tells whether it is empty.
func (v *demoVerb) place(s *session) (fresh bool, err error) {
	if s.g.DB != "" {
		return false, misuse("cli.demo-db")
	}
	if _, origin := s.settingOf("data-dir"); origin == s.t("cli.default") {
		s.g.DataDir = filepath.Join(os.TempDir(), fmt.Sprintf("switchboard-demo-%d", os.Getuid()))
	}
	if v.Reset {
		if err := removeDemo(s.g.DataDir); err != nil {
			return false, err
		}
	}
	if _, err := os.Stat(filepath.Join(s.g.DataDir, "switchboard.db")); errors.Is(err, os.ErrNotExist) {
		if err := os.MkdirAll(s.g.DataDir, 0o700); err != nil {
			return false, fileFault(err, s.g.DataDir)
		}
		return true, os.WriteFile(filepath.Join(s.g.DataDir, demoMark), nil, 0o600)
	}
	if _, err := os.Stat(filepath.Join(s.g.DataDir, demoMark)); err != nil {
		return false, fault.New(fault.Conflict, "cli.not-a-demo", "dir", s.g.DataDir)
	}
	return false, nil
}

// demoMark is the file by which a demonstration's data is known as such.
const demoMark = "DEMO"

// removeDemo removes only what bears the mark.
func removeDemo(dir string) error {
	if _, err := os.Stat(dir); errors.Is(err, os.ErrNotExist) {
		return nil
	}
	if _, err := os.Stat(filepath.Join(dir, demoMark)); err != nil {
		return fault.New(fault.Conflict, "cli.not-a-demo", "dir", dir)
	}
	if running, err := server.FindRunning(dir); err == nil && running != nil {
		if conn, err := net.Dial("tcp", running.Address[len("http://"):]); err == nil {
			_ = conn.Close()
			return fault.New(fault.Conflict, "cli.demo-running", "url", running.Address)
		}
	}
	if err := os.RemoveAll(dir); err != nil {
		return fileFault(err, dir)
	}
	return nil
}
