package bench

import (
	"bytes"
	"context"
	"debug/elf"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"time"
)

// starts is how often a cold start is measured in a round.
const starts = 10

// binary measures the program as a file and as a process that only starts. The
// floor of a start is that of the smallest program there is.
func (b *bench) binary(ctx context.Context) error {
	size, err := strippedSize(b.program)
	if err != nil {
		return err
	}
	b.add(single("binary", []float64{float64(size) / 1e6}, 0, 0))
	floor, err := b.floorStart(ctx)
	if err != nil {
		return err
	}
	rounds, err := b.startsOf(ctx, "cold-start-version", b.program, "version")
	if err != nil {
		return err
	}
	b.add(result("cold-start-version", rounds, floor, 0))
	return nil
}

// strippedSize is the size of a program without what only a debugger reads.
func strippedSize(path string) (int64, error) {
	info, err := os.Stat(path)
	if err != nil {
		return 0, err
	}
	size := info.Size()
	f, err := elf.Open(path)
	if err != nil {
		return size, nil // not this system's format: the file as it is
	}
	defer f.Close()
	for _, s := range f.Sections {
		if s.Name == ".symtab" || s.Name == ".strtab" || strings.HasPrefix(s.Name, ".debug_") || strings.HasPrefix(s.Name, ".zdebug_") {
			size -= int64(s.FileSize)
		}
	}
	return size, nil
}

// floorStart is the start and end of a program that does nothing; 0 where
// there is none.
func (b *bench) floorStart(ctx context.Context) (float64, error) {
	nothing, err := exec.LookPath("true")
	if err != nil {
		return 0, nil
	}
	rounds, err := b.startsOf(ctx, "cold-start-version", nothing)
	return middle(rounds, 50), err
}

// startsOf times whole runs of a program, from its start to its end.
func (b *bench) startsOf(ctx context.Context, name, program string, args ...string) ([][]float64, error) {
	rounds := make([][]float64, b.o.Rounds)
	for r := range rounds {
		for range b.often(starts) {
			start := time.Now()
			if err := run(exec.CommandContext(ctx, program, args...)); err != nil {
				return nil, err
			}
			rounds[r] = append(rounds[r], in(name, time.Since(start)))
		}
	}
	return rounds, nil
}

// run runs a program to its end; the error carries what it said.
func run(c *exec.Cmd) error {
	var talk bytes.Buffer
	c.Stderr = &talk
	c.Env = childEnv()
	if err := c.Run(); err != nil {
		return fmt.Errorf("%s: %w: %s", strings.Join(c.Args[1:], " "), err, talk.Bytes())
	}
	return nil
}

// childEnv keeps settings of the person who measures away from what is measured.
func childEnv() (out []string) {
	for _, v := range os.Environ() {
		if !strings.HasPrefix(v, "SWITCHBOARD_") || strings.HasPrefix(v, "SWITCHBOARD_TEST_") {
			out = append(out, v)
		}
	}
	return out
}

// child is a serving program.
type child struct {
	cmd  *exec.Cmd
	url  string
	talk *bytes.Buffer
	done chan struct{} // closed when it has ended
}

// serve starts the program on a free port and returns when it is ready.
func serve(ctx context.Context, program string, data []string) (*child, error) {
	address, err := freeAddress()
	if err != nil {
		return nil, err
	}
	args := append([]string{"serve", "--listen", address, "--rate", "0", "--log", "none"}, data...)
	c := &child{cmd: exec.CommandContext(ctx, program, args...), url: "http://" + address, talk: &bytes.Buffer{}, done: make(chan struct{})}
	c.cmd.Env, c.cmd.Stderr = childEnv(), c.talk
	c.cmd.Cancel = func() error { return c.cmd.Process.Signal(os.Interrupt) }
	c.cmd.WaitDelay = 15 * time.Second
	if err := c.cmd.Start(); err != nil {
		return nil, err
	}
	go func() {
		// How it ended is told by what it was asked to do.
		_ = c.cmd.Wait()
		close(c.done)
	}()
	if err := c.ready(ctx); err != nil {
		return nil, errors.Join(err, c.stop())
	}
	return c, nil
}

func freeAddress() (string, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	return l.Addr().String(), l.Close()
}

// ready asks until the server answers that it can work.
func (c *child) ready(ctx context.Context) error {
	again := time.NewTicker(time.Millisecond)
	defer again.Stop()
	late := time.NewTimer(time.Minute)
	defer late.Stop()
	for {
		if answered(ctx, c.url+"/readyz") {
			return nil
		}
		select {
		case <-again.C:
		case <-c.done:
			return fmt.Errorf("the server ended: %s", c.talk.Bytes())
		case <-late.C:
			return errors.New("the server is not ready after a minute")
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

func answered(ctx context.Context, url string) bool {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return false
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return false
	}
	_, err = io.Copy(io.Discard, res.Body)
	return err == nil && res.Body.Close() == nil && res.StatusCode == http.StatusOK
}

// stop lets the server finish and waits for its end.
func (c *child) stop() error {
	if err := c.cmd.Process.Signal(os.Interrupt); err != nil && !errors.Is(err, os.ErrProcessDone) {
		return err
	}
	<-c.done
	return nil
}

func (c *child) proc(file string) string { return fmt.Sprintf("/proc/%d/%s", c.cmd.Process.Pid, file) }

// resident is the memory that the server holds now, in MB; 0 where it cannot
// be read.
func (c *child) resident() float64 { return float64(procKB(c.proc("status"), "VmRSS")) * 1024 / 1e6 }

// peak is the most it has held since forgetPeak, in MB.
func (c *child) peak() float64 { return float64(procKB(c.proc("status"), "VmHWM")) * 1024 / 1e6 }

// processor is the time in seconds that the server has spent on a processor,
// in its own code and in the system; 0 where it cannot be read.
func (c *child) processor() float64 {
	const ticks = 100 // a second, on every Linux
	data, err := os.ReadFile(c.proc("stat"))
	if err != nil {
		return 0
	}
	fields := strings.Fields(string(data[bytes.LastIndexByte(data, ')')+1:]))
	if len(fields) < 13 {
		return 0
	}
	user, system := fields[11], fields[12]
	u, uerr := strconv.Atoi(user)
	s, serr := strconv.Atoi(system)
	if uerr != nil || serr != nil {
		return 0
	}
	return float64(u+s) / ticks
}

func (c *child) forgetPeak() {
	// Where this is not possible, the peak is that of the whole life.
	_ = os.WriteFile(c.proc("clear_refs"), []byte("5"), 0)
}
