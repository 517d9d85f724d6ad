package app

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"io"
	"iter"
	"runtime/debug"

	"switchboard/internal/access"
	"switchboard/internal/directory"
	"switchboard/internal/fault"
	"switchboard/internal/i18n"
	"switchboard/internal/listing"
	"switchboard/internal/store"
	"switchboard/internal/worldfile"
	"switchboard/wire"
)

// Input is one document to import. Format is world, product-ingestion,
// ingestion-v1, azpc, csv, or auto. Size is in bytes, 0 = not known.
type Input struct {
	Name   string
	Reader io.Reader
	Size   int64
	Format string
}

// ImportOptions: DryRun shows the plan and changes nothing; Prune removes what
// the input does not hold; Progress hears of bytes read.
type ImportOptions struct {
	DryRun   bool
	Prune    bool
	Lang     i18n.Lang
	Progress func(done, total int64)
}

// staged rows go to the store in batches of this many.
const batchSize = 1000

// Import reads documents, checks every row, and applies all of them or
// nothing. The report lists what is wrong, row by row; the error is then a
// fault import.rows.
func (a *App) Import(ctx context.Context, actor access.Actor, inputs []Input, o ImportOptions) (*wire.ImportReport, error) {
	if err := access.Need(actor, access.ImportDirectory); err != nil {
		return nil, err
	}
	roles, err := a.rolesInForce(ctx)
	if err != nil {
		return nil, err
	}
	im, err := a.store.BeginImport(ctx)
	if err != nil {
		return nil, err
	}
	run := importRun{ctx: ctx, app: a, im: im, o: o, roles: roles.IDs(), report: &wire.ImportReport{DryRun: o.DryRun}, p: printer(o.Lang),
		publishers: map[string]bool{}, places: map[directory.Ref]store.Place{}, world: directory.NewWorldCheck(directory.Date(a.now()))}
	err = run.all(inputs, actor)
	if closed := im.Close(); err == nil {
		err = closed
	}
	debug.FreeOSMemory() // what an import held it does not need again
	run.word()
	return run.report, err
}

type importRun struct {
	ctx        context.Context
	app        *App
	im         *store.Import
	o          ImportOptions
	roles      []string
	p          *i18n.Printer
	report     *wire.ImportReport
	errs       worldfile.Errors
	warned     worldfile.Errors
	batch      []store.StagedRow
	staged     []store.StagedRow // the batch on its way
	publishers map[string]bool   // staged by a listing of this run
	places     map[directory.Ref]store.Place
	world      *directory.WorldCheck // has seen all that was staged
	done       int64
	total      int64
}

func (r *importRun) all(inputs []Input, actor access.Actor) error {
	for _, in := range inputs {
		r.total += in.Size
	}
	for _, in := range inputs {
		if err := r.read(in); err != nil {
			return err
		}
	}
	if err := r.flush(); err != nil {
		return err
	}
	if err := r.checkWhole(); err != nil {
		return err
	}
	if err := r.errs.Err(); err != nil {
		return err
	}
	plan, err := r.im.Plan(r.ctx, r.o.Prune)
	if err != nil {
		return err
	}
	r.report.Plan = planOf(plan)
	if r.o.DryRun {
		return nil
	}
	return r.im.Apply(r.ctx, r.o.Prune, func(tx *store.Tx) error {
		if r.o.Prune {
			if err := sweepCompanySettings(tx); err != nil {
				return err
			}
		}
		return audit(tx, actor, "import", "world", "")
	})
}

// read takes one document in its own format.
func (r *importRun) read(in Input) error {
	body := bufio.NewReaderSize(&countingReader{r: in.Reader, run: r}, worldfile.HeadSize)
	format := worldfile.Format(in.Format)
	if format == "" || format == "auto" {
		head, err := body.Peek(worldfile.HeadSize)
		if err != nil && err != io.EOF {
			return fault.Wrap(err, fault.Invalid, "import.unreadable", "file", in.Name)
		}
		format = worldfile.Detect(in.Name, head)
	}
	if format == worldfile.World {
		return r.errs.Take(worldfile.Read(body, in.Name, r.row))
	}
	return r.readListing(body, in.Name, string(format))
}

// readListing takes a listing format of the field: what it says is laid over
// what is there already, and every row says what it became.
func (r *importRun) readListing(body io.Reader, name, format string) error {
	outcomes, err := listing.Read(body, listing.Input{Name: name, Format: format}, r.listed)
	for _, out := range outcomes {
		r.report.Became = append(r.report.Became, wire.Became{File: out.File, Line: out.Line, ID: out.ID, Became: out.Became})
		row := worldfile.Row{File: out.File, Line: out.Line}
		for _, problem := range out.Errors {
			r.errs.Add(placed(row, problem))
		}
		for _, problem := range out.Warnings {
			r.warned.Add(placed(row, problem))
		}
	}
	return err
}

func placed(row worldfile.Row, p directory.Problem) worldfile.RowError {
	return worldfile.RowError{File: row.File, Line: row.Line, Field: p.Path, Code: p.Code, Args: p.Args, Warning: p.Warning}
}

// listed stages an object of a listing. A publisher that several listings name
// is staged once.
func (r *importRun) listed(row listing.Row) error {
	noun, id := directory.Identify(row.Object)
	if noun == directory.Companies {
		if r.publishers[id] {
			return nil
		}
		r.publishers[id] = true
	}
	old, err := r.stored(noun, id)
	if err != nil {
		return err
	}
	return r.stage(listing.Merge(old, row.Object), row.File, row.Line)
}

// stored is the object that is there already; nil when there is none.
func (r *importRun) stored(noun directory.Noun, id string) (old any, err error) {
	err = r.app.store.View(r.ctx, func(tx *store.Tx) error {
		old, _, err = tx.Get(noun, id)
		return err
	})
	if fault.Is(err, fault.NotFound) {
		return nil, nil
	}
	return old, err
}

// row checks one object and stages it.
func (r *importRun) row(row worldfile.Row) error {
	for _, problem := range (directory.Rules{Roles: r.roles, Today: directory.Date(r.app.now())}).Check(row.Object) {
		placed := row.Problem(problem)
		if problem.Warning {
			r.warned.Add(placed)
		} else {
			r.errs.Add(placed)
		}
	}
	return r.stage(row.Object, row.File, row.Line)
}

func (r *importRun) stage(object any, file string, line int) error {
	r.world.Add(object)
	if shownByWhole(object) {
		noun, id := directory.Identify(object)
		r.places[directory.Ref{Noun: noun, ID: id}] = store.Place{File: file, Line: line}
	}
	r.batch = append(r.batch, store.StagedRow{Object: object, File: file, Line: line})
	if len(r.batch) < batchSize {
		return nil
	}
	return r.flush()
}

// shownByWhole tells the rows that the whole world may show to be wrong; the
// check of the world keeps these as well, so their places cost no new order of
// memory.
func shownByWhole(object any) bool {
	switch v := object.(type) {
	case *wire.Company:
		return directory.Has(v.Kinds, wire.Operator)
	case *wire.Agreement:
		return v.Kind == wire.SupportSplitKind
	case *wire.Subscription:
		return v.Replaces != ""
	}
	return false
}

func (r *importRun) flush() error {
	if len(r.batch) == 0 {
		return nil
	}
	err := r.im.Stage(r.ctx, r.batch)
	r.batch, r.staged = r.staged[:0], r.batch
	return err
}

// checkWhole finds what only all rows together show: the same id twice, a name
// of nothing, a second operator, agreements that overlap.
func (r *importRun) checkWhole() error {
	clashes, err := r.im.Duplicates(r.ctx, worldfile.Kept)
	if err != nil {
		return err
	}
	for _, c := range clashes {
		r.errs.Add(worldfile.RowError{File: c.Again.File, Line: c.Again.Line, Field: string(c.Noun), Code: "import.duplicate-id",
			Args: fault.Args{"id": c.ID, "file": c.First.File, "line": c.First.Line}})
	}
	dangling, err := r.im.Dangling(r.ctx, worldfile.Kept, r.o.Prune)
	if err != nil {
		return err
	}
	for _, m := range dangling {
		r.errs.Add(worldfile.RowError{File: m.File, Line: m.Line, Field: m.Field, Code: "import.unknown-reference",
			Args: fault.Args{"field": m.Field, "id": m.RefID, "nearest": m.Nearest}})
	}
	onCases, err := r.im.OnCases(r.ctx, worldfile.Kept, r.o.Prune)
	if err != nil {
		return err
	}
	for _, company := range onCases {
		r.errs.Add(worldfile.RowError{Field: string(directory.Companies), Code: "conflict.company-on-cases", Args: fault.Args{"company": company}})
	}
	return r.checkWorld()
}

// checkWorld looks at the world as it will be: what was staged it has seen, the
// stored rows that stay it sees now. Subscriptions pass by only when the input
// holds some.
func (r *importRun) checkWorld() error {
	nouns := []directory.Noun{directory.Companies, directory.Agreements}
	if r.im.Staged(directory.Subscriptions) > 0 {
		nouns = append(nouns, directory.Subscriptions)
	}
	for _, noun := range nouns {
		err := r.im.Staying(r.ctx, noun, r.o.Prune, func(object any) error {
			r.world.Add(object)
			return nil
		})
		if err != nil {
			return err
		}
	}
	for _, found := range r.world.Found() {
		place := r.placeOf(found)
		row := worldfile.RowError{File: place.File, Line: place.Line, Field: fieldOf(found), Code: found.Code, Args: found.Args, Warning: found.Warning}
		if found.Warning {
			r.warned.Add(row)
		} else {
			r.errs.Add(row)
		}
	}
	return nil
}

// placeOf is where the input says what is wrong. The row at fault may be a
// stored one; then the input's is the other of the two.
func (r *importRun) placeOf(f directory.Found) store.Place {
	for _, id := range []any{f.ID, f.Args["a"]} {
		if id, ok := id.(string); ok {
			if place, ok := r.places[directory.Ref{Noun: f.Noun, ID: id}]; ok {
				return place
			}
		}
	}
	return store.Place{}
}

func fieldOf(f directory.Found) string {
	if f.ID == "" {
		return ""
	}
	field := string(f.Noun) + " " + f.ID
	if f.Path != "" {
		field += "." + f.Path
	}
	return field
}

// word puts the problems into the reader's language.
func (r *importRun) word() {
	r.report.Errors, r.report.Warnings = r.problems(r.errs.Rows), r.problems(r.warned.Rows)
	r.report.More = r.errs.Count - len(r.errs.Rows) + r.warned.Count - len(r.warned.Rows)
}

func (r *importRun) problems(rows []worldfile.RowError) []wire.RowProblem {
	var out []wire.RowProblem
	for _, row := range rows {
		out = append(out, wire.RowProblem{File: row.File, Line: row.Line, Field: row.Field, Code: row.Code, Text: r.p.T(row.Code, row.Args)})
	}
	return out
}

func planOf(plan store.Plan) map[string]wire.ImportCount {
	out := map[string]wire.ImportCount{}
	for _, n := range plan {
		out[string(n.Noun)] = wire.ImportCount{Create: n.Create, Change: n.Change, Unchanged: n.Unchanged, Remove: n.Remove}
	}
	return out
}

// countingReader tells the progress of all inputs together.
type countingReader struct {
	r   io.Reader
	run *importRun
}

func (c *countingReader) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	c.run.done += int64(n)
	if c.run.o.Progress != nil {
		c.run.o.Progress(c.run.done, c.run.total)
	}
	return n, err
}

// Export writes the whole directory in the world format, in a stream that
// Import reads back without a change. Format is yaml or jsonl.
func (a *App) Export(ctx context.Context, actor access.Actor, w io.Writer, format string) error {
	if err := access.Need(actor, access.ImportDirectory); err != nil {
		return err
	}
	syntax := worldfile.Syntax(format)
	if syntax != worldfile.YAML && syntax != worldfile.JSONLines {
		return fault.New(fault.Invalid, "import.unsupported-format", "format", format)
	}
	return a.store.View(ctx, func(tx *store.Tx) error { return worldfile.Write(w, syntax, everything(tx)) })
}

// everything yields all objects of the directory, noun by noun.
func everything(tx *store.Tx) iter.Seq2[any, error] {
	return func(yield func(any, error) bool) {
		stopped := errors.New("stopped")
		for _, noun := range directory.Nouns() {
			err := tx.Export(noun, func(_ string, doc []byte) error {
				object := directory.New(noun)
				if err := json.Unmarshal(doc, object); err != nil {
					return fault.Wrap(err, fault.Internal, "internal")
				}
				if !yield(object, nil) {
					return stopped
				}
				return nil
			})
			if err != nil {
				if !errors.Is(err, stopped) {
					yield(nil, err)
				}
				return
			}
		}
	}
}
