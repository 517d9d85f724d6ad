//go:build unix

package testkit

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
)

// Safety says what a cluster keeps when the power goes.
type Safety bool

const (
	// Durable keeps every promise of PostgreSQL: for measurements and kill tests.
	Durable Safety = true
	// Fast gives up fsync: for tests whose cluster is thrown away anyway.
	Fast Safety = false
)

// Cluster is a running PostgreSQL of our own in a folder under /tmp. It listens
// on a socket in that folder only, and ends with the process that started it,
// however that process ends.
type Cluster struct {
	dir        string
	supervisor *exec.Cmd
	hold       io.Closer // the supervisor lives until this is closed, by us or by our end
}

// The supervisor outlives a killed test process just long enough to stop the
// server and to remove the folder: its standard input ends when we do.
const supervise = `
"$1/pg_ctl" start -w -D "$2/data" -l "$2/log" >/dev/null || { cat "$2/log" >&2; rm -rf "$2"; exit 1; }
echo ready
cat >/dev/null
"$1/pg_ctl" stop -m immediate -D "$2/data" >/dev/null
rm -rf "$2"
`

// StartCluster creates and starts an empty cluster; the caller stops it. The
// error says what to install when PostgreSQL is missing.
func StartCluster(safety Safety) (*Cluster, error) {
	bin, err := postgresBin()
	if err != nil {
		return nil, err
	}
	owner, err := serverAccount()
	if err != nil {
		return nil, err
	}
	// Not os.TempDir: a socket's path has at most 107 bytes, and the account
	// postgres must be able to reach it.
	dir, err := os.MkdirTemp("/tmp", "switchboard-pg-")
	if err != nil {
		return nil, err
	}
	c := &Cluster{dir: dir}
	if err := c.create(bin, owner, safety); err != nil {
		return nil, errors.Join(err, os.RemoveAll(dir))
	}
	if err := c.start(bin, owner); err != nil {
		return nil, errors.Join(err, os.RemoveAll(dir))
	}
	return c, nil
}

// DSN names a database of the cluster for its superuser.
func (c *Cluster) DSN(database string) string {
	return (&url.URL{
		Scheme:   "postgres",
		User:     url.User("postgres"),
		Path:     "/" + database,
		RawQuery: url.Values{"host": {c.dir}, "sslmode": {"disable"}}.Encode(),
	}).String()
}

// Stop ends the server without ceremony and removes its files.
func (c *Cluster) Stop() error {
	return errors.Join(c.hold.Close(), c.supervisor.Wait())
}

func (c *Cluster) create(bin string, owner *syscall.Credential, safety Safety) error {
	if owner != nil {
		if err := os.Chown(c.dir, int(owner.Uid), int(owner.Gid)); err != nil {
			return err
		}
	}
	data := filepath.Join(c.dir, "data")
	// The order of an English dictionary instead of bytes: a query that forgot
	// COLLATE "C" answers differently from SQLite and its test says so.
	initdb := exec.Command(filepath.Join(bin, "initdb"), "-D", data, "-U", "postgres", "-A", "trust",
		"-E", "UTF8", "--locale=C", "--locale-provider=icu", "--icu-locale=en-US", "--no-sync", "--no-instructions")
	initdb.Dir, initdb.Env = c.dir, serverEnv()
	initdb.SysProcAttr = &syscall.SysProcAttr{Credential: owner}
	if out, err := initdb.CombinedOutput(); err != nil {
		return fmt.Errorf("initdb: %w\n%s", err, out)
	}
	return appendTo(filepath.Join(data, "postgresql.conf"), c.settings(safety))
}

func (c *Cluster) settings(safety Safety) string {
	lines := []string{
		"listen_addresses = ''",
		"unix_socket_directories = '" + c.dir + "'",
		"max_connections = 300",
	}
	if safety == Fast {
		lines = append(lines, "fsync = off", "synchronous_commit = off", "full_page_writes = off",
			"checkpoint_timeout = 1h", "max_wal_size = 4GB")
	}
	return strings.Join(lines, "\n") + "\n"
}

func (c *Cluster) start(bin string, owner *syscall.Credential) error {
	var complaint bytes.Buffer
	c.supervisor = exec.Command("sh", "-c", supervise, "sh", bin, c.dir)
	c.supervisor.Dir, c.supervisor.Env, c.supervisor.Stderr = c.dir, serverEnv(), &complaint
	// A group of its own: Ctrl-C must reach the tests, not the one that cleans up.
	c.supervisor.SysProcAttr = &syscall.SysProcAttr{Credential: owner, Setpgid: true}
	hold, err := c.supervisor.StdinPipe()
	if err != nil {
		return err
	}
	out, err := c.supervisor.StdoutPipe()
	if err != nil {
		return err
	}
	if err := c.supervisor.Start(); err != nil {
		return err
	}
	c.hold = hold
	if line, err := bufio.NewReader(out).ReadString('\n'); line != "ready\n" {
		return fmt.Errorf("PostgreSQL did not start: %w", errors.Join(err, c.Stop(), errors.New(complaint.String())))
	}
	return nil
}

// postgresBin is the folder of the newest installed server programs.
func postgresBin() (string, error) {
	found, err := filepath.Glob("/usr/lib/postgresql/*/bin/initdb")
	if err != nil {
		return "", err
	}
	if len(found) > 0 {
		newest := slices.MaxFunc(found, func(a, b string) int { return majorOf(a) - majorOf(b) })
		return filepath.Dir(newest), nil
	}
	path, err := exec.LookPath("initdb")
	if err != nil {
		return "", errors.New("PostgreSQL is not installed: run `make deps`")
	}
	return filepath.Dir(path), nil
}

func majorOf(initdb string) int {
	major, err := strconv.Atoi(filepath.Base(filepath.Dir(filepath.Dir(initdb))))
	if err != nil {
		return 0
	}
	return major
}

// serverAccount is who runs the server: ourselves, or the account postgres when
// we are root, because PostgreSQL refuses to run as root.
func serverAccount() (*syscall.Credential, error) {
	if os.Geteuid() != 0 {
		return nil, nil
	}
	account, err := user.Lookup("postgres")
	if err != nil {
		return nil, fmt.Errorf("root needs the account postgres to run PostgreSQL: run `make deps`: %w", err)
	}
	uid, err := strconv.ParseUint(account.Uid, 10, 32)
	if err != nil {
		return nil, err
	}
	gid, err := strconv.ParseUint(account.Gid, 10, 32)
	if err != nil {
		return nil, err
	}
	return &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}, nil
}

// serverEnv leaves PGHOST, LANG and the like behind.
func serverEnv() []string {
	return []string{"PATH=" + os.Getenv("PATH"), "LC_ALL=C"}
}

func appendTo(path, text string) error {
	f, err := os.OpenFile(path, os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		return err
	}
	_, err = f.WriteString(text)
	return errors.Join(err, f.Close())
}
