package faults

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// onDisk makes a process put a small disk of its own over a folder.
const onDisk = "SWITCHBOARD_FAULTS_DISK"

const diskSize = 24 << 20

// smallDisk mounts the disk where the environment asks for one. The mount is in
// a name space of this process alone and ends with it.
func smallDisk() error {
	dir := os.Getenv(onDisk)
	if dir == "" {
		return nil
	}
	if err := syscall.Mount("", "/", "", syscall.MS_REC|syscall.MS_PRIVATE, ""); err != nil {
		return fmt.Errorf("private mounts: %w", err)
	}
	return syscall.Mount("tmpfs", dir, "tmpfs", 0, fmt.Sprintf("size=%d", diskSize))
}

// serveOnSmallDisk starts a server whose data directory is a disk of 24 MB. The
// second result is the folder as seen from outside.
func serveOnSmallDisk(t *testing.T) (*serving, string) {
	t.Helper()
	dir := t.TempDir()
	cmd := command(context.WithoutCancel(t.Context()), place{"--data-dir", dir}, "serve", "--listen", freeAddress(t), "--rate", "0", "--log", "none")
	cmd.Env = append(cmd.Env, onDisk+"="+dir)
	cmd.SysProcAttr = &syscall.SysProcAttr{Cloneflags: syscall.CLONE_NEWNS}
	if os.Getuid() != 0 { // a name space of users gives the right to mount
		cmd.SysProcAttr.Cloneflags |= syscall.CLONE_NEWUSER
		cmd.SysProcAttr.UidMappings = []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Getuid(), Size: 1}}
		cmd.SysProcAttr.GidMappings = []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Getgid(), Size: 1}}
	}
	s := start(t, cmd)
	return s, fmt.Sprintf("/proc/%d/root%s", cmd.Process.Pid, dir)
}

// A full disk is boring: reads go on, writes are refused by name, nothing is
// half there, and with room again everything works without a restart.
func TestAFullDisk(t *testing.T) {
	s, disk := serveOnSmallDisk(t)
	data, err := os.ReadFile(filepath.Join(disk, "server.json"))
	if err != nil {
		t.Fatal(err)
	}
	s.token = localToken(t, data)
	upload(t, s, world(t, 120, 600), http.StatusOK)
	before := exported(t, s)
	ballast := fill(t, filepath.Join(disk, "ballast"), 300<<10)

	small := s.do(http.MethodPut, "/v1/companies/late", companyJSON("late", strings.Repeat("x", 200)))
	for n := 0; small.err == nil && small.status < 300; n++ { // until the last page is used up
		before = exported(t, s)
		small = s.do(http.MethodPut, fmt.Sprintf("/v1/companies/late-%d", n), companyJSON(fmt.Sprintf("late-%d", n), strings.Repeat("x", 200)))
	}
	if !strings.Contains(small.body, "disk-full") {
		t.Errorf("a write on a full disk: %+v", small)
	}
	upload(t, s, world(t, 200, 3000), http.StatusServiceUnavailable)
	if exported(t, s) != before {
		t.Error("the full disk has changed the world")
	}
	if r := s.do(http.MethodGet, "/v1/who?subscription=sub-1&as=customer-1&topic=billing", ""); r.status != http.StatusOK {
		t.Errorf("a question on a full disk: %+v", r)
	}
	if err := os.Remove(ballast); err != nil {
		t.Fatal(err)
	}
	upload(t, s, world(t, 200, 3000), http.StatusOK)
	if r := s.do(http.MethodPut, "/v1/companies/after", companyJSON("after", "After")); r.status >= 300 || r.err != nil {
		t.Errorf("with room again: %+v", r)
	}
}

// Cases on a full disk: nobody is told of an effect that is not there, and with
// room again who asks once more with the same key gets one.
func TestAFullDiskWhileCasesMove(t *testing.T) {
	s, disk := serveOnSmallDisk(t)
	data, err := os.ReadFile(filepath.Join(disk, "server.json"))
	if err != nil {
		t.Fatal(err)
	}
	s.token = localToken(t, data)
	upload(t, s, world(t, 120, 600), http.StatusOK)
	play := newCrowd(t, place{"--data-dir", t.TempDir()})
	play.until(s, func() bool { return play.done() >= 20 })
	ballast := fill(t, filepath.Join(disk, "ballast"), 200<<10)
	play.until(s, func() bool { return play.refusals() >= 8 })
	before := play.done()
	if err := os.Remove(ballast); err != nil {
		t.Fatal(err)
	}
	play.until(s, func() bool { return play.done() >= before+20 })
	play.settle(s)
	for _, name := range []string{"switchboard.db", "switchboard.db-wal"} {
		copyFile(t, filepath.Join(disk, name), filepath.Join(play.p[1], name))
	}
	s.kill()
	play.check()
	t.Logf("%d effects before the disk was full and while it filled, %d refusals, %d in the end", before, play.refusals(), play.done())
}

func copyFile(t *testing.T, from, to string) {
	t.Helper()
	data, err := os.ReadFile(from)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(to, data, 0o600); err != nil {
		t.Fatal(err)
	}
}

func localToken(t *testing.T, running []byte) string {
	t.Helper()
	_, after, ok := bytes.Cut(running, []byte(`"token":"`))
	secret, _, ok2 := bytes.Cut(after, []byte(`"`))
	if !ok || !ok2 {
		t.Fatalf("no token in %s", running)
	}
	return string(secret)
}

// upload imports a file through the server.
func upload(t *testing.T, s *serving, file string, want int) {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	r := s.do(http.MethodPost, "/v1/import?prune=true&name=world.jsonl", string(data), "Content-Type", "application/jsonl")
	if r.err != nil || r.status != want {
		t.Fatalf("import: %d %.300s %v, want %d", r.status, r.body, r.err, want)
	}
	if want != http.StatusOK && !strings.Contains(r.body, "disk-full") {
		t.Errorf("import on a full disk: %s", r.body)
	}
}

func exported(t *testing.T, s *serving) string {
	t.Helper()
	r := s.do(http.MethodGet, "/v1/export", "")
	if r.err != nil || r.status != http.StatusOK {
		t.Fatalf("export: %+v", r)
	}
	return r.body
}

// fill takes the disk's room but for some bytes.
func fill(t *testing.T, path string, but int64) string {
	t.Helper()
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	chunk := bytes.Repeat([]byte("ballast "), 8<<10)
	var size int64
	for {
		n, err := f.Write(chunk)
		size += int64(n)
		if errors.Is(err, syscall.ENOSPC) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := errors.Join(f.Truncate(size-but), f.Close()); err != nil {
		t.Fatal(err)
	}
	return path
}
