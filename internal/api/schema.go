package api

import (
	"net/http"
	"reflect"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"switchboard/internal/i18n"
	"switchboard/wire"
)

// newRegistry knows the types that write themselves in another shape than
// reflection sees.
func newRegistry() huma.Registry {
	r := huma.NewMapRegistry("#/components/schemas/", huma.DefaultSchemaNamer)
	r.RegisterTypeAlias(reflect.TypeFor[wire.Text](), reflect.TypeFor[textShape]())
	r.RegisterTypeAlias(reflect.TypeFor[wire.External](), reflect.TypeFor[map[string]string]())
	return r
}

// textShape is how wire.Text looks: one string, or one per language.
type textShape struct{}

// Schema describes it to huma.
func (textShape) Schema(huma.Registry) *huma.Schema {
	return &huma.Schema{OneOf: []*huma.Schema{
		{Type: huma.TypeString},
		{Type: huma.TypeObject, AdditionalProperties: &huma.Schema{Type: huma.TypeString}},
		{Type: "null"},
	}}
}

// choices are the closed lists that parameters and fields take their values
// from. The use cases refuse others and name the nearest; the document lists
// them.
var choices = map[string][]any{
	"topic":    anyOf(wire.Topics()),
	"severity": anyOf(wire.Severities()),
}

func anyOf(words []string) []any {
	out := make([]any, len(words))
	for i, w := range words {
		out[i] = w
	}
	return out
}

// finish adds to a document what huma cannot know: null where a pointer to an
// object is written, the sentences in the reader's language, the headers and
// problems that every route has.
func finish(doc *huma.OpenAPI, lines []line, p *i18n.Printer) {
	for name, schema := range doc.Components.Schemas.Map() {
		allowNull(schema, doc.Components.Schemas.TypeFromRef("#/components/schemas/"+name))
	}
	doc.Components.SecuritySchemes = map[string]*huma.SecurityScheme{"token": {Type: "http", Scheme: "bearer"}}
	for _, l := range lines {
		describeOperation(operation(doc, l), l, p)
	}
	doc.Info.Description = p.T("api.about", nil)
}

func operation(doc *huma.OpenAPI, l line) *huma.Operation {
	item := doc.Paths[l.Path]
	return map[string]*huma.Operation{get: item.Get, put: item.Put, post: item.Post, patch: item.Patch, del: item.Delete}[l.Method]
}

func describeOperation(op *huma.Operation, l line, p *i18n.Printer) {
	op.Summary = p.T("api.op."+l.Name, nil)
	op.Description = l.Statement
	op.Tags = []string{strings.Split(l.Path, "/")[2]}
	op.Security = []map[string][]string{{"token": {string(l.Needs)}}}
	if l.Open {
		op.Security = append(op.Security, map[string][]string{})
	}
	for _, param := range op.Parameters {
		if key := "api.param." + param.Name; p.Has(key) {
			param.Description = p.T(key, nil)
		}
		param.Schema.Enum = choices[param.Name]
	}
	if l.Method == post {
		op.Parameters = append(op.Parameters, &huma.Param{Name: "Idempotency-Key", In: "header", Schema: &huma.Schema{Type: huma.TypeString}, Description: p.T("api.param.Idempotency-Key", nil)})
	}
	if l.Document != nil {
		l.Document(op)
	}
	for status, response := range op.Responses {
		if status != "default" {
			response.Description = http.StatusText(statusOf(status))
		}
	}
	if l.Method == get && !l.Stream {
		op.Responses["304"] = &huma.Response{Description: http.StatusText(http.StatusNotModified)}
	}
	op.Responses["default"] = &huma.Response{Description: p.T("api.problem", nil), Content: map[string]*huma.MediaType{
		"application/problem+json": {Schema: &huma.Schema{Ref: "#/components/schemas/Problem"}}}}
}

func statusOf(word string) int {
	n := 0
	for _, digit := range word {
		n = n*10 + int(digit-'0')
	}
	return n
}

// allowNull: a pointer to an object that is always written may be null; huma
// describes it as the object alone.
func allowNull(schema *huma.Schema, t reflect.Type) {
	if t == nil || t.Kind() != reflect.Struct {
		return
	}
	for i := range t.NumField() {
		f := t.Field(i)
		name, rest, _ := strings.Cut(f.Tag.Get("json"), ",")
		if f.Anonymous && name == "" {
			allowNull(schema, plainStruct(f.Type))
			continue
		}
		property := schema.Properties[name]
		if property == nil || property.Ref == "" || f.Type.Kind() != reflect.Pointer || strings.Contains(rest, "omit") {
			continue
		}
		schema.Properties[name] = &huma.Schema{AnyOf: []*huma.Schema{{Ref: property.Ref}, {Type: "null"}}}
	}
}

func plainStruct(t reflect.Type) reflect.Type {
	if t.Kind() == reflect.Pointer {
		return t.Elem()
	}
	return t
}

func described(op *huma.Operation, status string, content map[string]*huma.MediaType) {
	if op.Responses == nil {
		op.Responses = map[string]*huma.Response{}
	}
	op.Responses[status] = &huma.Response{Content: content}
}

// documents of other formats, whose shape is told elsewhere (spec 3 section 2).
func binary() *huma.MediaType { return &huma.MediaType{Schema: &huma.Schema{}} }

func describeSheet(op *huma.Operation) {
	described(op, "200", map[string]*huma.MediaType{"application/json": {Schema: &huma.Schema{Ref: "#/components/schemas/ContactSheet"}}, "text/csv": binary()})
}

func describeExport(op *huma.Operation) {
	described(op, "200", map[string]*huma.MediaType{"application/yaml": binary(), "application/jsonl": binary()})
}

func describeImport(op *huma.Operation) {
	file := &huma.Schema{Type: huma.TypeObject, Properties: map[string]*huma.Schema{"file": {Type: huma.TypeArray, Items: &huma.Schema{Type: huma.TypeString, Format: "binary"}}}}
	op.RequestBody = &huma.RequestBody{Required: true, Content: map[string]*huma.MediaType{
		"multipart/form-data": {Schema: file}, "application/yaml": binary(), "application/json": {Schema: &huma.Schema{}}, "text/csv": binary()}}
}

// nouns whose schemas only a route that writes itself mentions.
var extraTypes = []reflect.Type{reflect.TypeFor[wire.ContactSheet](), reflect.TypeFor[wire.HandoffPreview](), reflect.TypeFor[wire.Report]()}
