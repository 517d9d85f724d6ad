package api

import (
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"os"
	"path"
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"switchboard/internal/app"
	"switchboard/internal/fault"
	"switchboard/wire"
)

// ImportRequest says how to read an input. The input is the body itself, or
// the files of a form; it is never held in memory as a whole.
type ImportRequest struct {
	DryRun bool   `query:"dry_run"`
	Prune  bool   `query:"prune"`
	Format string `query:"format"`
	Name   string `query:"name"`

	request *http.Request
}

// Resolve keeps hold of the body that huma would otherwise read to its end.
func (in *ImportRequest) Resolve(ctx huma.Context) []error {
	in.request, _ = humago.Unwrap(ctx)
	return nil
}

func importWorld(c *call, in *ImportRequest) (*Document[wire.ImportReport], error) {
	inputs, done, err := in.inputs()
	defer done()
	if err != nil {
		return nil, err
	}
	report, err := c.app.Import(c.ctx, c.actor, inputs, app.ImportOptions{DryRun: in.DryRun, Prune: in.Prune, Lang: c.lang})
	if err != nil && report != nil && len(report.Errors) > 0 {
		refused := c.problem(err)
		refused.Report = report
		return nil, refused
	}
	return document(report, err)
}

// inputs gives what to import; done removes what was put aside for it.
func (in *ImportRequest) inputs() (inputs []app.Input, done func(), err error) {
	typ, params, err := mime.ParseMediaType(in.request.Header.Get("Content-Type"))
	if err == nil && typ == "multipart/form-data" {
		return in.files(multipart.NewReader(in.request.Body, params["boundary"]))
	}
	name := in.Name
	if name == "" {
		name = "input" + extension(typ)
	}
	return []app.Input{{Name: name, Reader: in.request.Body, Size: in.request.ContentLength, Format: in.Format}}, func() {}, nil
}

func extension(typ string) string {
	switch {
	case strings.Contains(typ, "json"):
		return ".json"
	case typ == "text/csv":
		return ".csv"
	}
	return ".yaml"
}

// files puts every file of a form aside on disk: they follow each other in the
// body, and an import may want them in another order.
func (in *ImportRequest) files(form *multipart.Reader) (inputs []app.Input, done func(), err error) {
	var kept []*os.File
	done = func() {
		for _, f := range kept {
			// What cannot be removed is the temporary folder's to clean.
			_ = errors.Join(f.Close(), os.Remove(f.Name()))
		}
	}
	for {
		part, err := form.NextPart()
		if err == io.EOF {
			return inputs, done, nil
		}
		if err != nil {
			return nil, done, fault.Wrap(err, fault.Invalid, "import.cut-off")
		}
		if part.FormName() != "file" {
			return nil, done, fault.New(fault.Invalid, "fields.invalid").At(part.FormName(), "field.unknown", "key", part.FormName())
		}
		f, size, err := putAside(part)
		if f != nil {
			kept = append(kept, f)
		}
		if err != nil {
			return nil, done, fault.Wrap(err, fault.Invalid, "import.cut-off")
		}
		inputs = append(inputs, app.Input{Name: fileName(part), Reader: f, Size: size, Format: in.Format})
	}
}

// fileName is the name for messages, with its folders: it is data, never a
// path of this machine.
func fileName(part *multipart.Part) string {
	_, params, err := mime.ParseMediaType(part.Header.Get("Content-Disposition"))
	if err != nil || params["filename"] == "" {
		return "input.yaml"
	}
	return path.Clean(strings.ReplaceAll(params["filename"], `\`, "/"))
}

func putAside(in io.Reader) (*os.File, int64, error) {
	f, err := os.CreateTemp("", "switchboard-import-*")
	if err != nil {
		return nil, 0, err
	}
	size, err := io.Copy(f, in)
	if err == nil {
		_, err = f.Seek(0, io.SeekStart)
	}
	return f, size, err
}

// ExportQuery says in which form: yaml, or jsonl (JSON lines).
type ExportQuery struct {
	Format string `query:"format"`
}

var exportTypes = map[string]string{"yaml": "application/yaml", "jsonl": "application/jsonl"}

func exportWorld(c *call, in *ExportQuery) (*Written, error) {
	format := in.Format
	switch format {
	case "":
		format = "yaml"
	case "json":
		format = "jsonl"
	}
	typ, ok := exportTypes[format]
	if !ok {
		return nil, fault.New(fault.Invalid, "fields.invalid").At("format", "field.choice", "value", in.Format, "choices", []string{"yaml", "jsonl"})
	}
	return &Written{Body: func(ctx huma.Context) {
		out := &late{ctx: ctx, typ: typ}
		err := c.app.Export(c.ctx, c.actor, out, format)
		switch {
		case err == nil:
			out.start()
		case !out.started:
			_, w := humago.Unwrap(ctx)
			var p *problem
			errors.As(c.refuse(err), &p)
			writeProblem(w, p)
		default:
			// The head has gone out: only a broken connection can still say that
			// this is not the whole.
			c.note(fault.Of(err))
			panic(http.ErrAbortHandler)
		}
	}}, nil
}

// late sends the head with the first byte, so that a fault before it can still
// be a problem.
type late struct {
	ctx     huma.Context
	typ     string
	started bool
}

func (l *late) start() {
	if !l.started {
		l.started = true
		l.ctx.SetHeader("Content-Type", l.typ)
		l.ctx.SetHeader("Content-Disposition", "attachment")
		l.ctx.SetStatus(http.StatusOK)
	}
}

func (l *late) Write(p []byte) (int, error) {
	l.start()
	return l.ctx.BodyWriter().Write(p)
}
