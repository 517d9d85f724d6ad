package api

import (
	"encoding/json"
	"html/template"
	"net/http"
	"slices"
	"strings"
	"sync"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"switchboard/internal/i18n"
)

// documents are the OpenAPI documents, one per language, made when one is
// first asked for.
type documents struct {
	mu   sync.Mutex
	made map[i18n.Lang]*huma.OpenAPI
}

func (d *documents) in(lang i18n.Lang) *huma.OpenAPI {
	d.mu.Lock()
	defer d.mu.Unlock()
	if doc := d.made[lang]; doc != nil {
		return doc
	}
	if d.made == nil {
		d.made = map[i18n.Lang]*huma.OpenAPI{}
	}
	d.made[lang] = newDocument(i18n.For(lang))
	return d.made[lang]
}

// newDocument describes every route of the list.
func newDocument(p *i18n.Printer) *huma.OpenAPI {
	api := humago.New(http.NewServeMux(), humaConfig())
	var lines []line
	for _, e := range routes() {
		e.describe(api)
		lines = append(lines, e.line())
	}
	doc := api.OpenAPI()
	for _, t := range extraTypes {
		doc.Components.Schemas.Schema(t, true, t.Name())
	}
	finish(doc, lines, p)
	return doc
}

func (h *Handler) openAPI(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "application/json")
	// The reader may have gone; there is nobody left to tell.
	_ = json.NewEncoder(w).Encode(h.docs.in(callOf(r.Context()).lang))
}

// Operation is a route on the page for people.
type Operation struct {
	Method, Path, Name, Summary, Statement string
	Needs                                  string
	Open                                   bool
	Params                                 []Parameter
	Body                                   string
	Answers                                string
}

// Parameter is a parameter of an Operation.
type Parameter struct{ Name, In, Text string }

// page lists the routes for people. It is one page without scripts, made from
// the same document that programs read.
func (h *Handler) page(w http.ResponseWriter, r *http.Request) {
	c := callOf(r.Context())
	p, doc := c.printer(), h.docs.in(c.lang)
	var operations []Operation
	for _, e := range routes() {
		operations = append(operations, operationOf(e.line(), doc))
	}
	slices.SortStableFunc(operations, func(a, b Operation) int { return strings.Compare(a.Path, b.Path) })
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'")
	// The reader may have gone; there is nobody left to tell.
	_ = docsPage.Execute(w, map[string]any{"Lang": string(c.lang), "Title": p.T("api.title", nil), "About": p.T("api.about", nil),
		"Operations": operations, "Word": func(key string) string { return p.T("api.page."+key, nil) }})
}

func operationOf(l line, doc *huma.OpenAPI) Operation {
	op := operation(doc, l)
	out := Operation{Method: l.Method, Path: l.Path, Name: l.Name, Summary: op.Summary, Statement: l.Statement, Needs: string(l.Needs), Open: l.Open}
	for _, param := range op.Parameters {
		out.Params = append(out.Params, Parameter{param.Name, param.In, param.Description})
	}
	if op.RequestBody != nil {
		out.Body = schemaName(op.RequestBody.Content)
	}
	if ok := op.Responses["200"]; ok != nil {
		out.Answers = schemaName(ok.Content)
	}
	return out
}

func schemaName(content map[string]*huma.MediaType) string {
	for _, media := range content {
		if media.Schema != nil && media.Schema.Ref != "" {
			return strings.TrimPrefix(media.Schema.Ref, "#/components/schemas/")
		}
	}
	return ""
}

var docsPage = template.Must(template.New("docs").Parse(`<!doctype html>
<html lang="{{.Lang}}">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{{.Title}}</title>
<style>
:root { color-scheme: light dark }
body { font: 1rem/1.5 sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem }
h2 { font: 600 1rem/1.5 monospace; margin: 2rem 0 0; overflow-wrap: anywhere }
th, td { text-align: start; vertical-align: top; padding: .15rem 1rem .15rem 0 }
p { margin: .25rem 0 }
a { color: inherit }
</style>
<main>
<h1>{{.Title}}</h1>
<p>{{.About}}</p>
<p><a href="/v1/openapi.json">/v1/openapi.json</a></p>
{{- $word := .Word}}
{{- range .Operations}}
<section id="{{.Name}}">
<h2>{{.Method}} {{.Path}}</h2>
<p>{{.Summary}}</p>
<p>{{call $word "needs"}}: {{.Needs}}{{if .Open}} · {{call $word "open"}}{{end}} · {{call $word "serves"}}: {{.Statement}}</p>
{{- if .Params}}
<table>
{{- range .Params}}<tr><th scope="row"><code>{{.Name}}</code><td>{{.In}}<td>{{.Text}}{{end}}
</table>
{{- end}}
{{- if .Body}}<p>{{call $word "body"}}: <code>{{.Body}}</code></p>{{end}}
{{- if .Answers}}<p>{{call $word "answer"}}: <code>{{.Answers}}</code></p>{{end}}
</section>
{{- end}}
</main>
`))
