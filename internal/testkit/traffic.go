package testkit

import (
	"fmt"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/runtime"
)

// traffic is what a tab asked for and complained about since it was opened.
type traffic struct {
	home string // scheme and host of the first address

	mu         sync.Mutex
	complaints []string
	failed     []string
	foreign    []string
	loaded     []Loaded
	asked      map[network.RequestID]string
	heads      map[network.RequestID]*network.Response
}

// Loaded is an answer that a tab has got whole.
type Loaded struct {
	URL, Type, Encoding string
	Bytes               int // on the wire, with its head
}

func newTraffic(t testing.TB, address string) *traffic {
	t.Helper()
	u, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	return &traffic{home: u.Scheme + "://" + u.Host, asked: map[network.RequestID]string{}, heads: map[network.RequestID]*network.Response{}}
}

// Complaints are the errors on the console and the uncaught exceptions so far.
func (p *Page) Complaints() []string { return p.seen.read(&p.seen.complaints) }

// Failed are the requests so far that got no answer or one of 400 and above.
func (p *Page) Failed() []string { return p.seen.read(&p.seen.failed) }

// Foreign are the requests so far that went to another host than the page's.
func (p *Page) Foreign() []string { return p.seen.read(&p.seen.foreign) }

// Loaded are the answers so far that have come to their end (an open event stream
// has not).
func (p *Page) Loaded() []Loaded {
	p.seen.mu.Lock()
	defer p.seen.mu.Unlock()
	return slices.Clone(p.seen.loaded)
}

// TransferBytes is what came over the wire for them, headers included.
func (p *Page) TransferBytes() (n int) {
	for _, l := range p.Loaded() {
		n += l.Bytes
	}
	return n
}

func (s *traffic) read(list *[]string) []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(*list)
}

func (s *traffic) note(event any) {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch e := event.(type) {
	case *network.EventRequestWillBeSent:
		s.request(e)
	case *network.EventResponseReceived:
		s.heads[e.RequestID] = e.Response
		if e.Response.Status >= 400 {
			s.failed = append(s.failed, fmt.Sprintf("%s: %d", e.Response.URL, e.Response.Status))
		}
	case *network.EventLoadingFailed:
		if !e.Canceled {
			s.failed = append(s.failed, fmt.Sprintf("%s: %s %s", s.asked[e.RequestID], e.ErrorText, e.BlockedReason))
		}
	case *network.EventLoadingFinished:
		s.finished(e)
	case *log.EventEntryAdded:
		if e.Entry.Level == log.EntryLevelError {
			s.complaints = append(s.complaints, e.Entry.Text+" "+e.Entry.URL)
		}
	case *runtime.EventExceptionThrown:
		s.complaints = append(s.complaints, exceptionText(e.ExceptionDetails))
	case *runtime.EventConsoleAPICalled:
		if e.Type == runtime.ConsoleAPICalledTypeError || e.Type == runtime.ConsoleAPICalledTypeAssert {
			s.complaints = append(s.complaints, "console."+string(e.Type)+": "+argumentText(e.Args))
		}
	}
}

func (s *traffic) finished(e *network.EventLoadingFinished) {
	l := Loaded{URL: s.asked[e.RequestID], Bytes: int(e.EncodedDataLength)}
	if head := s.heads[e.RequestID]; head != nil {
		l.Type = head.MimeType
		for name, value := range head.Headers {
			if text, is := value.(string); is && strings.EqualFold(name, "Content-Encoding") {
				l.Encoding = text
			}
		}
	}
	s.loaded = append(s.loaded, l)
}

func (s *traffic) request(e *network.EventRequestWillBeSent) {
	s.asked[e.RequestID] = e.Request.URL
	u, err := url.Parse(e.Request.URL)
	if err != nil {
		s.failed = append(s.failed, err.Error())
		return
	}
	if u.Scheme != "data" && u.Scheme != "blob" && u.Scheme+"://"+u.Host != s.home {
		s.foreign = append(s.foreign, e.Request.URL)
	}
}

func (s *traffic) summary() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	var b strings.Builder
	for _, line := range slices.Concat(s.complaints, s.failed) {
		b.WriteString("\n\t" + line)
	}
	return b.String()
}

func exceptionText(e *runtime.ExceptionDetails) string {
	if e.Exception != nil && e.Exception.Description != "" {
		return e.Exception.Description
	}
	return e.Text
}

func argumentText(args []*runtime.RemoteObject) string {
	var parts []string
	for _, arg := range args {
		if arg.Description != "" {
			parts = append(parts, arg.Description)
			continue
		}
		parts = append(parts, strings.Trim(string(arg.Value), `"`))
	}
	return strings.Join(parts, " ")
}
