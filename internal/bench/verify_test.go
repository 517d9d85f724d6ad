package bench

import (
	"path/filepath"
	"testing"
	"time"

	"switchboard/internal/access"
	"switchboard/internal/app"
	"switchboard/internal/i18n"
	"switchboard/internal/store"
	"switchboard/internal/testkit"
	"switchboard/internal/worldfile"
)

// Cases that are filled in beside their directory are what commands would have
// written: timers, list rows, and no line in a feed.
func TestAFilledStoreVerifies(t *testing.T) {
	testkit.EachEngine(t, func(t *testing.T, engine, database string) {
		o := store.Options{DSN: database, Now: func() time.Time { return Now.AddDate(-1, 0, 0) }} // the directory is older than all cases
		if engine == "sqlite" {
			o.DSN, o.DataDir = "", filepath.Dir(database)
		}
		s, err := store.Open(t.Context(), o)
		if err != nil {
			t.Fatal(err)
		}
		defer s.Close()
		a, err := app.New(t.Context(), s, app.Options{Now: o.Now})
		if err != nil {
			t.Fatal(err)
		}
		world, local := small(t), access.Actor{Local: true, Via: access.ViaCLI}
		file := written(t, worldfile.JSONLines, world.Objects())
		in, err := file.Open()
		if err != nil {
			t.Fatal(err)
		}
		defer in.Close()
		if _, err := a.Import(t.Context(), local, []app.Input{{Name: file.Name, Reader: in, Format: "auto"}}, app.ImportOptions{Lang: i18n.English}); err != nil {
			t.Fatal(err)
		}
		for _, job := range a.Duties(nil) { // no case waits for changed hours
			if due, _, err := job.Look(t.Context()); err != nil || len(due) > 0 && job.Do(t.Context(), store.Lease{}, due) != nil {
				t.Fatalf("%s: %v", job.Name, err)
			}
		}
		if err := world.cases(300).fill(t.Context(), s, 0, 300); err != nil {
			t.Fatal(err)
		}
		part, err := a.VerifyStore(t.Context(), local, "", 301, i18n.English)
		if err != nil || part.Checked != 300 || len(part.Troubles) > 0 {
			t.Fatalf("%v, %d checked, %d troubles: %+v", err, part.Checked, len(part.Troubles), part.Troubles[:min(5, len(part.Troubles))])
		}
	})
}
