package server

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"sync"
)

// Running is where a listening server can be reached from its own machine. It
// stands in the data directory, readable by its owner alone: who can read that
// can read the data itself.
type Running struct {
	Address string `json:"address"`
	Token   string `json:"token"`
	PID     int    `json:"pid"`
}

const runningFile = "server.json"

// FindRunning tells the server that announced itself in a data directory; nil
// when there is none.
func FindRunning(dataDir string) (*Running, error) {
	data, err := os.ReadFile(filepath.Join(dataDir, runningFile))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	r := &Running{}
	if err := json.Unmarshal(data, r); err != nil {
		return nil, err
	}
	return r, nil
}

// localToken is the secret of the command line on this machine, made anew at
// each start. Only its digest is kept in memory.
type localToken struct {
	mu     sync.RWMutex
	digest [sha256.Size]byte
	set    bool
}

func (t *localToken) is(secret string) bool {
	sum := sha256.Sum256([]byte(secret))
	t.mu.RLock()
	defer t.mu.RUnlock()
	return t.set && subtle.ConstantTimeCompare(sum[:], t.digest[:]) == 1
}

// announce writes the address and a fresh token, whole or not at all.
func (t *localToken) announce(dataDir, address string) error {
	secret := "swl_" + rand.Text() + rand.Text()
	data, err := json.Marshal(Running{Address: address, Token: secret, PID: os.Getpid()})
	if err != nil {
		return err
	}
	t.mu.Lock()
	t.digest, t.set = sha256.Sum256([]byte(secret)), true
	t.mu.Unlock()
	if err := os.MkdirAll(dataDir, 0o700); err != nil { // with PostgreSQL nothing else is in it
		return err
	}
	temporary := filepath.Join(dataDir, runningFile+".new")
	if err := os.WriteFile(temporary, data, 0o600); err != nil {
		return err
	}
	return os.Rename(temporary, filepath.Join(dataDir, runningFile))
}

func withdraw(dataDir string) {
	// Left behind, it is found out by the lock that nobody holds any more.
	_ = os.Remove(filepath.Join(dataDir, runningFile))
}

// inProcess carries requests to a handler without a socket. Answers stream.
type inProcess struct{ handler http.Handler }

// RoundTrip runs the handler beside the caller and returns with the head.
func (t inProcess) RoundTrip(r *http.Request) (*http.Response, error) {
	ctx, cancel := context.WithCancel(r.Context())
	in := r.Clone(ctx)
	in.RequestURI = r.URL.RequestURI()
	in.RemoteAddr = "127.0.0.1:0"
	if in.Body == nil {
		in.Body = http.NoBody
	}
	body, w := io.Pipe()
	out := &answer{header: http.Header{}, body: w, started: make(chan struct{})}
	go func() {
		defer cancel()
		w.CloseWithError(out.run(t.handler, in))
		if r.Body != nil {
			_ = r.Body.Close() // the sender learns that nobody reads on
		}
	}()
	select {
	case <-out.started:
	case <-r.Context().Done():
		cancel()
		return nil, r.Context().Err()
	}
	if out.failed != nil {
		return nil, out.failed
	}
	return &http.Response{StatusCode: out.status, Status: http.StatusText(out.status), Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Header: out.sent, Body: body, ContentLength: -1, Request: r}, nil
}

// answer is the writer of one handler.
type answer struct {
	header  http.Header
	sent    http.Header
	status  int
	body    *io.PipeWriter
	started chan struct{}
	failed  error // before the head
}

// run tells how the handler ended: an abort breaks the stream off, as it would
// a connection.
func (a *answer) run(h http.Handler, r *http.Request) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = errors.Join(http.ErrAbortHandler, asError(p))
			if a.status == 0 {
				a.failed = err
				close(a.started)
			}
		}
	}()
	h.ServeHTTP(a, r)
	a.WriteHeader(http.StatusOK)
	return nil
}

func asError(p any) error {
	if err, ok := p.(error); ok {
		return err
	}
	panic(p)
}

// Header is of the answer, until it starts.
func (a *answer) Header() http.Header { return a.header }

// WriteHeader lets the caller have the head.
func (a *answer) WriteHeader(status int) {
	if a.status == 0 {
		a.status, a.sent = status, a.header.Clone()
		close(a.started)
	}
}

// Write goes to the caller as it reads.
func (a *answer) Write(p []byte) (int, error) {
	a.WriteHeader(http.StatusOK)
	return a.body.Write(p)
}

// Flush is what http.ResponseController asks for: what is written goes to the
// caller at once anyway.
func (a *answer) Flush() { a.WriteHeader(http.StatusOK) }
