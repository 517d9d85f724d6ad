package cli

import (
	"bufio"
	"fmt"
	"io"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/mattn/go-runewidth"

	"switchboard/internal/fault"
)

func width(s string) int { return runewidth.StringWidth(s) }

func padded(s string, to int) string { return s + strings.Repeat(" ", max(0, to-width(s))) }

// bold makes a line stand out where that is wanted.
func (s *session) bold(text string) string {
	if !s.tty || s.g.NoColor || s.Env("NO_COLOR") != "" || s.Env("TERM") == "dumb" {
		return text
	}
	return "\x1b[1m" + text + "\x1b[0m"
}

// sure asks before something is lost. Without a terminal to ask on, --yes is
// needed.
func (s *session) sure(key string, args ...any) (bool, error) {
	if s.g.Yes || s.g.DryRun {
		return true, nil
	}
	if s.g.NoInput || !isTerminal(s.In) {
		return false, fault.New(fault.Invalid, "cli.needs-yes")
	}
	fmt.Fprintf(s.Err, "%s [y/N] ", oneLine(s.t(key, args...)))
	line, err := bufio.NewReader(s.In).ReadString('\n')
	if err != nil && err != io.EOF {
		return false, err
	}
	answer := strings.ToLower(strings.TrimSpace(line))
	return answer == "y" || answer == "yes", nil
}

const (
	barAfter  = 300 * time.Millisecond
	barEvery  = 100 * time.Millisecond
	lineEvery = 10 * time.Second
	barWidth  = 20
)

// bar shows how far something has come: on a terminal a bar after 300 ms, else
// with -v a line every ten seconds.
type bar struct {
	s     *session
	label string
	write func(int64) string // how an amount reads
	total int64
	start time.Time

	mu    sync.Mutex
	n     int64
	last  time.Time
	shown bool
}

func (s *session) progress(key string, total int64) *bar {
	return &bar{s: s, label: s.t(key), write: bytesText, total: total, start: s.Now()}
}

// counting is a bar of things whose total nobody knows.
func (s *session) counting(key string) *bar {
	return &bar{s: s, label: s.t(key), write: func(n int64) string { return strconv.FormatInt(n, 10) }, start: s.Now()}
}

// add counts and, when it is time, shows.
func (b *bar) add(n int64) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.n += n
	now := b.s.Now()
	onScreen := isTerminal(b.s.Err)
	switch {
	case b.s.g.NoProgress || b.s.g.Quiet:
	case onScreen && now.Sub(b.start) > barAfter && now.Sub(b.last) > barEvery:
		b.last, b.shown = now, true
		fmt.Fprintf(b.s.Err, "\r%s\x1b[K", b.text(now))
	case !onScreen && b.s.g.Verbose && now.Sub(b.start) > lineEvery && now.Sub(b.last) > lineEvery:
		b.last = now
		fmt.Fprintln(b.s.Err, b.text(now))
	}
}

func (b *bar) text(now time.Time) string {
	seconds := now.Sub(b.start).Seconds()
	rate := float64(b.n) / max(seconds, 0.001)
	if b.total <= 0 {
		return fmt.Sprintf("%s  %s  %s/s", b.label, b.write(b.n), b.write(int64(rate)))
	}
	done := int(min(b.n, b.total) * barWidth / b.total)
	left := time.Duration(float64(max(b.total-b.n, 0))/max(rate, 1)) * time.Second
	return fmt.Sprintf("%s  [%s%s]  %s/%s  %s/s  %s", b.label, strings.Repeat("#", done), strings.Repeat("·", barWidth-done),
		b.write(b.n), b.write(b.total), b.write(int64(rate)), left)
}

func (b *bar) done() {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.shown {
		fmt.Fprint(b.s.Err, "\r\x1b[K")
	}
}

func bytesText(n int64) string {
	switch {
	case n >= 10<<20:
		return fmt.Sprintf("%d MB", n>>20)
	case n >= 10<<10:
		return fmt.Sprintf("%d kB", n>>10)
	}
	return fmt.Sprintf("%d B", n)
}
