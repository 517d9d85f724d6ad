package cli

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"switchboard/client"
	"switchboard/internal/fault"
	"switchboard/wire"
)

type importVerb struct {
	Source []string `arg:"" name:"source"`
	Format string   `default:"auto"`
	Prune  bool
}

// documents are the endings that are read out of a folder.
var documents = []string{".yaml", ".yml", ".json", ".jsonl", ".csv"}

// Run imports a file, a folder or the standard input: all of it, or nothing.
func (v *importVerb) Run(s *session) error {
	files, total, err := v.files(s)
	if err != nil {
		return err
	}
	c, err := s.client()
	if err != nil {
		return err
	}
	bar := s.progress("cli.importing", total)
	report, err := c.Import(s.ctx, files, client.ImportOptions{Format: v.Format, DryRun: s.g.DryRun, Prune: v.Prune, Sent: bar.add})
	bar.done()
	if err != nil {
		return err
	}
	if err := s.plan(report); err != nil {
		return err
	}
	if len(report.Errors) > 0 {
		for _, row := range report.Errors {
			fmt.Fprintln(s.Err, oneLine(rowLine(row)))
		}
		return &partlyDone{done: changes(report), failed: len(report.Errors) + report.More}
	}
	return nil
}

func (v *importVerb) files(s *session) (files []client.File, total int64, err error) {
	for _, source := range v.Source {
		names := []string{source}
		if info, err := os.Stat(source); err == nil && info.IsDir() {
			if names, err = documentsIn(source); err != nil {
				return nil, 0, err
			}
		} else if source != "-" && err != nil {
			return nil, 0, fileFault(err, source)
		}
		for _, name := range names {
			if info, err := os.Stat(name); err == nil {
				total += info.Size()
			}
			files = append(files, client.File{Name: shownName(name), Open: func() (io.ReadCloser, error) { return s.open(name) }})
		}
	}
	return files, total, nil
}

func shownName(name string) string {
	if name == "-" {
		return "stdin"
	}
	return filepath.ToSlash(name)
}

// documentsIn lists a folder's documents in a stable order; links are not
// followed and hidden files are not read.
func documentsIn(dir string) ([]string, error) {
	var names []string
	err := filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case path != dir && strings.HasPrefix(entry.Name(), ".") && entry.IsDir():
			return fs.SkipDir
		case entry.Type().IsRegular() && !strings.HasPrefix(entry.Name(), ".") && slices.Contains(documents, strings.ToLower(filepath.Ext(path))):
			names = append(names, path)
		}
		return nil
	})
	if err != nil {
		return nil, fileFault(err, dir)
	}
	if len(names) == 0 {
		return nil, fault.New(fault.NotFound, "cli.empty-folder", "file", filepath.ToSlash(dir))
	}
	return names, nil
}

func changes(report *wire.ImportReport) (n int) {
	for _, count := range report.Plan {
		n += count.Create + count.Change + count.Remove
	}
	return n
}

var planOrder = []string{"companies", "relations", "offers", "agreements", "subscriptions", "people", "intake_forms", "policies"}

// plan prints what an import did, or would do.
func (s *session) plan(report *wire.ImportReport) error {
	for _, row := range report.Warnings {
		if !s.g.Quiet {
			fmt.Fprintln(s.Err, oneLine(rowLine(row)))
		}
	}
	if s.g.Quiet && !s.wantsJSON() {
		return nil
	}
	if format, err := s.formatOf(); err != nil || format == "json" || format == "jsonl" {
		return orElse(err, func() error { return s.json(report) })
	}
	rows := []map[string]any{}
	for _, name := range planOrder {
		if count, ok := report.Plan[name]; ok {
			rows = append(rows, map[string]any{"noun": s.t("cli.noun." + name), "create": count.Create, "change": count.Change, "unchanged": count.Unchanged, "remove": count.Remove})
		}
	}
	if err := s.rows([]string{"noun", "create", "change", "unchanged", "remove"}, rows, ""); err != nil {
		return err
	}
	if err := s.became(report.Became); err != nil {
		return err
	}
	if report.DryRun {
		s.say("cli.dry-run")
	}
	return nil
}

// became says what each row of a foreign listing became.
func (s *session) became(list []wire.Became) error {
	if len(list) == 0 || !s.g.Verbose {
		return nil
	}
	for _, row := range list {
		if _, err := fmt.Fprintf(s.Err, "%s:%d: %s %s\n", oneLine(row.File), row.Line, row.Became, oneLine(row.ID)); err != nil {
			return err
		}
	}
	return nil
}

// exportVerb: here -o is the file to write, as people expect of an export.
type exportVerb struct{}

// Run writes the world to a file or to the standard output.
func (v *exportVerb) Run(s *session) error {
	target := s.g.Output
	s.g.Output = ""
	format := "yaml"
	if ext := strings.ToLower(filepath.Ext(target)); s.g.JSON || ext == ".json" || ext == ".jsonl" {
		format = "json"
	}
	c, err := s.client()
	if err != nil {
		return err
	}
	world, err := c.Export(s.ctx, format)
	if err != nil {
		return err
	}
	if target == "" || target == "-" {
		_, err = io.Copy(s.Out, world)
	} else {
		err = writeWhole(target, world)
	}
	return errors.Join(err, world.Close())
}

// writeWhole puts a file in place when it is complete, and not before.
func writeWhole(target string, in io.Reader) error {
	f, err := os.CreateTemp(filepath.Dir(target), ".switchboard-export-*")
	if err != nil {
		return fileFault(err, target)
	}
	_, err = io.Copy(f, in)
	err = errors.Join(err, f.Close())
	if err == nil {
		err = os.Rename(f.Name(), target)
	}
	if err != nil {
		return errors.Join(err, os.Remove(f.Name()))
	}
	return nil
}
