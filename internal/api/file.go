package api

import (
	"errors"
	"io"
	"mime"
	"net/http"
	"strconv"
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"switchboard/internal/access"
	"switchboard/internal/fault"
	"switchboard/wire"
)

// FileBody is a file for a case; the body are its bytes.
type FileBody struct {
	CaseID
	Conditions
	Name     string `query:"name"`
	Audience string `query:"audience"` // companies, "customer", "all" or "internal", with commas
	Answers  int64  `query:"answers"`
	Confirm  string `query:"confirm"` // as of a message

	request *http.Request
}

// Resolve keeps hold of the body that huma would otherwise read to its end.
func (in *FileBody) Resolve(ctx huma.Context) []error {
	in.request, _ = humago.Unwrap(ctx)
	return nil
}

// FileID names a file by the reader's own number of the event that brought it.
type FileID struct {
	CaseID
	File string `path:"file"`
}

func fileRoutes() []entry {
	const at = "/v1/cases/{n}/files"
	return []entry{
		route[FileBody, Resource[wire.Case]]{Name: "add-file", Method: post, Path: at, Needs: access.ScopeWrite, Statement: "spec 2 section 5", Stream: true, Document: describeAddFile, Call: addFile, Again: againCase},
		route[FileID, Written]{Name: "get-file", Method: get, Path: at + "/{file}", Needs: access.ScopeRead, Statement: "spec 2 section 5", Stream: true, Document: describeFile, Call: getFile},
		route[FileID, Written]{Name: "get-file-preview", Method: get, Path: at + "/{file}/preview", Needs: access.ScopeRead, Statement: "spec 2 section 5", Stream: true, Document: describePreview, Call: getPreview},
	}
}

func addFile(c *call, in *FileBody) (*Resource[wire.Case], error) {
	version, err := in.version()
	if err != nil {
		return nil, err
	}
	f := wire.NewFile{Name: in.Name, Type: in.request.Header.Get("Content-Type"), Answers: in.Answers, Confirm: in.Confirm}
	if in.Audience != "" {
		f.Audience = strings.Split(in.Audience, ",")
	}
	return caseNow(c.app.AddFile(c.ctx, c.actor, in.N, f, in.request.Body, version, c.lang))
}

// getFile gives the bytes to be kept, never to be shown: what a browser would
// run is only another file here.
func getFile(c *call, in *FileID) (*Written, error) {
	n, err := strconv.ParseInt(in.File, 10, 64)
	if err != nil {
		n = 0 // no event has this number
	}
	f, data, err := c.app.File(c.ctx, c.actor, in.N, n)
	if err != nil {
		return nil, err
	}
	return &Written{ContentType: "application/octet-stream", Disposition: mime.FormatMediaType("attachment", map[string]string{"filename": f.Name}),
		Body: func(ctx huma.Context) {
			ctx.SetHeader("Content-Length", strconv.FormatInt(f.Size, 10))
			ctx.SetStatus(http.StatusOK)
			// The reader may have gone; there is nobody left to tell.
			_, err := io.Copy(ctx.BodyWriter(), data)
			_ = errors.Join(err, data.Close())
		}}, nil
}

// getPreview gives a picture that the server has written anew; the file itself is
// another address.
func getPreview(c *call, in *FileID) (*Written, error) {
	n, err := strconv.ParseInt(in.File, 10, 64)
	if err != nil {
		n = 0 // no event has this number
	}
	p, err := c.app.Picture(c.ctx, c.actor, in.N, n)
	if fault.Is(err, fault.Unavailable) {
		full := c.problem(err)
		full.with("Retry-After", "5")
		return nil, full
	}
	if err != nil {
		return nil, err
	}
	return &Written{ContentType: p.Type, Disposition: "inline", Body: func(ctx huma.Context) {
		ctx.SetHeader("Content-Length", strconv.Itoa(len(p.Data)))
		ctx.SetHeader("Content-Security-Policy", "default-src 'none'; sandbox")
		ctx.SetStatus(http.StatusOK)
		// The reader may have gone; there is nobody left to tell.
		_, _ = ctx.BodyWriter().Write(p.Data)
	}}, nil
}

func describePreview(op *huma.Operation) {
	picture := &huma.MediaType{Schema: &huma.Schema{Type: "string", Format: "binary"}}
	op.Responses["200"] = &huma.Response{Description: "The picture", Content: map[string]*huma.MediaType{"image/png": picture, "image/jpeg": picture}}
}

var bytesContent = map[string]*huma.MediaType{"application/octet-stream": {Schema: &huma.Schema{Type: "string", Format: "binary"}}}

func describeAddFile(op *huma.Operation) {
	op.RequestBody = &huma.RequestBody{Required: true, Content: bytesContent}
}

func describeFile(op *huma.Operation) {
	op.Responses["200"] = &huma.Response{Description: "The bytes", Content: bytesContent}
}
