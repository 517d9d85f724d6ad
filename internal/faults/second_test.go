//go:build unix

package faults

import (
	"context"
	"database/sql"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	_ "github.com/jackc/pgx/v5/stdlib" // the data of a newer program is made by hand
	_ "modernc.org/sqlite"
)

// Two imports at once: one of them goes in, the other goes in after it or is
// refused; the world is one of the two, never a mixture.
func TestTwoImportsAtOnce(t *testing.T) {
	eachEngine(t, func(t *testing.T, p place) {
		files := []string{world(t, 120, 600), world(t, 200, 3000)}
		worlds := make([]string, len(files))
		for i, file := range files {
			must(t, p, "import", "--prune", file)
			worlds[i] = export(t, p)
		}
		s := serve(t, p) // on SQLite the command line goes through it
		atOnce(t, p, files)
		s.kill()
		if now := export(t, p); now != worlds[0] && now != worlds[1] {
			t.Error("a mixture of two imports is there")
		}
	})
}

func atOnce(t *testing.T, p place, files []string) {
	t.Helper()
	results := make([]outcome, len(files))
	var wg sync.WaitGroup
	for i, file := range files {
		wg.Go(func() { results[i] = run(t, p, "import", "--prune", file) })
	}
	wg.Wait()
	for i, r := range results {
		if r.code != 0 && !(r.code == 5 && results[1-i].code == 0) {
			t.Errorf("exit %d beside %d: %s", r.code, results[1-i].code, r.err)
		}
	}
}

func TestAPortInUse(t *testing.T) {
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	p := place{"--data-dir", t.TempDir()}
	o := run(t, p, "serve", "--listen", taken.Addr().String())
	if o.code != 5 || !strings.Contains(o.err, taken.Addr().String()) || o.out != "" {
		t.Errorf("exit %d, %q, %q: want 5 and one line with the address", o.code, o.out, o.err)
	}
	serve(t, p) // nothing is left that would hold the data
}

// A second server is refused and the first goes on.
func TestASecondServerOnTheSameData(t *testing.T) {
	p := place{"--data-dir", t.TempDir()}
	s := serve(t, p)
	o := run(t, p, "serve", "--listen", "127.0.0.1:0")
	if o.code != 5 || !strings.Contains(o.err, p[1]) {
		t.Errorf("exit %d: %s", o.code, o.err)
	}
	if r := s.do(http.MethodGet, "/readyz", ""); r.status != http.StatusOK {
		t.Errorf("the first server: %+v", r)
	}
}

// Data of a newer program is left alone, and said so.
func TestDataOfANewerProgram(t *testing.T) {
	eachEngine(t, func(t *testing.T, p place) {
		must(t, p, "import", world(t, 120, 600))
		before := export(t, p)
		edit(t, p, "INSERT INTO schema_version (version_id, is_applied) VALUES (77, "+map[string]string{"--data-dir": "1", "--db": "true"}[p[0]]+")")
		for _, args := range [][]string{{"export"}, {"serve", "--listen", "127.0.0.1:0"}} {
			o := run(t, p, args...)
			if o.code != 5 || !strings.Contains(o.err, "77") {
				t.Errorf("%s: exit %d: %s", args[0], o.code, o.err)
			}
		}
		edit(t, p, "DELETE FROM schema_version WHERE version_id = 77")
		if export(t, p) != before {
			t.Error("the older program has changed what it did not know")
		}
	})
}

// edit changes the data behind the product's back.
func edit(t *testing.T, p place, statement string) {
	t.Helper()
	driver, dsn := "pgx", p[1]
	if p[0] == "--data-dir" {
		driver, dsn = "sqlite", filepath.Join(p[1], "switchboard.db")
		if _, err := os.Stat(dsn); err != nil {
			t.Fatal(err)
		}
	}
	db, err := sql.Open(driver, dsn)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if _, err := db.ExecContext(context.Background(), statement); err != nil {
		t.Fatal(err)
	}
}
