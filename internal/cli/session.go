package cli

import (
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/alecthomas/kong"
	"golang.org/x/term"

	"switchboard/client"
	"switchboard/internal/fault"
	"switchboard/internal/i18n"
	"switchboard/internal/server"
)

// session is one run of the command line: what the verbs share.
type session struct {
	Process
	ctx    context.Context
	model  *kong.Application
	parsed *kong.Context
	g      *globals
	lang   i18n.Lang
	zone   *time.Location
	tty    bool // stdout is a terminal
	config config

	local   *server.Server
	clients *client.Client
	working bool // for --company, by --person: case work
}

func terminal(fd int) bool { return term.IsTerminal(fd) }

func (s *session) t(key string, args ...any) string { return i18n.For(s.lang).T(key, pairs(args)) }
func (s *session) printer() *i18n.Printer           { return i18n.For(s.lang) }
func (s *session) env(name string) string           { return s.Env("SWITCHBOARD_" + name) }

func pairs(args []any) map[string]any {
	out := map[string]any{}
	for i := 0; i+1 < len(args); i += 2 {
		out[args[i].(string)] = args[i+1]
	}
	return out
}

// settle checks the global flags once for all verbs.
func (s *session) settle() error {
	if s.g.Lang != "" {
		lang, ok := i18n.Parse(s.g.Lang)
		if !ok {
			return misuse("cli.lang", "value", s.g.Lang)
		}
		s.lang = lang
	}
	s.zone = time.Local
	if s.g.TZ != "" {
		zone, err := time.LoadLocation(s.g.TZ)
		if err != nil {
			return misuse("cli.tz", "value", s.g.TZ)
		}
		s.zone = zone
	}
	if s.g.DataDir == "" {
		s.g.DataDir = "switchboard-data"
	}
	s.tty = isTerminal(s.Out)
	if slices.Contains([]string{"export", "case export", "case file"}, s.command()) {
		return nil // there -o is a file
	}
	_, err := s.formatOf()
	return err
}

// formatOf is how data is printed: asked for, else a table on a terminal and
// plain text into a pipe.
func (s *session) formatOf() (string, error) {
	switch {
	case s.g.JSON:
		return "json", nil
	case s.g.Output == "" && s.tty:
		return "table", nil
	case s.g.Output == "":
		return "plain", nil
	}
	for _, known := range []string{"table", "plain", "json", "jsonl", "csv"} {
		if s.g.Output == known {
			return known, nil
		}
	}
	return "", misuse("cli.output", "value", s.g.Output)
}

// client connects a verb: to a named server; else to this machine's data.
func (s *session) client() (*client.Client, error) {
	if s.clients != nil {
		return s.clients, nil
	}
	var err error
	switch {
	case s.g.Server != "":
		s.clients, err = s.remote()
	default:
		s.clients, err = s.own()
	}
	return s.clients, err
}

func (s *session) remote() (*client.Client, error) {
	token := s.env("TOKEN")
	if s.g.TokenFile != "" {
		data, err := os.ReadFile(s.g.TokenFile)
		if err != nil {
			return nil, fault.Wrap(err, fault.Invalid, "cli.token-file", "file", s.g.TokenFile)
		}
		token = strings.TrimSpace(string(data))
	}
	return client.New(client.Options{Server: s.g.Server, Token: token, Lang: string(s.lang)})
}

// A command that holds the lock is done in a moment; one that is not has
// announced itself as a server.
const (
	lockPatience = 10 * time.Second
	lockPause    = 20 * time.Millisecond
)

// own opens the data of this machine. When another process has it, that one is
// the server, which is asked instead, or a command that will be done soon.
func (s *session) own() (*client.Client, error) {
	deadline := time.NewTimer(lockPatience)
	defer deadline.Stop()
	again := time.NewTicker(lockPause)
	defer again.Stop()
	for {
		local, err := server.Open(s.ctx, s.serverOptions())
		if err == nil {
			s.local = local
			return s.localClient(client.Options{Server: "http://switchboard.invalid", Transport: local.Local(), Tries: 1})
		}
		if f := fault.Of(err); f.Code != "store.locked" {
			return nil, err
		}
		if running, found := server.FindRunning(s.g.DataDir); found == nil && running != nil {
			return s.localClient(client.Options{Server: running.Address, Token: running.Token})
		}
		select {
		case <-again.C:
		case <-deadline.C:
			return nil, err
		case <-s.ctx.Done():
			return nil, s.ctx.Err()
		}
	}
}

// localClient works for a company where the verb is case work.
func (s *session) localClient(o client.Options) (*client.Client, error) {
	o.Lang = string(s.lang)
	if s.working {
		o.As, o.Person = s.g.Company, s.g.Person
	}
	return client.New(o)
}

func (s *session) serverOptions() server.Options {
	return server.Options{DataDir: s.g.DataDir, DSN: s.g.DB, Now: s.Now}
}

func (s *session) close() error {
	if s.local == nil {
		return nil
	}
	return s.local.Close()
}

// open reads a file argument; "-" is the standard input.
func (s *session) open(name string) (io.ReadCloser, error) {
	if name == "-" {
		return io.NopCloser(s.In), nil
	}
	f, err := os.Open(name)
	if err != nil {
		return nil, fileFault(err, name)
	}
	return f, nil
}

func (s *session) read(name string) ([]byte, error) {
	in, err := s.open(name)
	if err != nil {
		return nil, err
	}
	data, err := io.ReadAll(in)
	return data, errors.Join(err, in.Close())
}

func fileFault(err error, name string) error {
	if errors.Is(err, os.ErrNotExist) {
		return fault.Wrap(err, fault.NotFound, "cli.no-file", "file", filepath.ToSlash(name))
	}
	return fault.Wrap(err, fault.Invalid, "cli.file", "file", filepath.ToSlash(name))
}
