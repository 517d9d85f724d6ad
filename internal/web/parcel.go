package web

import (
	"encoding/hex"
	"errors"
	"io"
	"mime/multipart"
	"net/http"
	"net/url"
	"strings"

	"switchboard/internal/app"
	"switchboard/internal/fault"
)

// mostParcel is how much a form with files may be in all; what one file and all
// words may be is less.
const mostParcel = 160 << 20

// parcel is a form with what was typed and the files that came with it. The
// files go to disk as they arrive; those that come to no case go again.
type parcel struct {
	url.Values
	files []app.Upload
	wrong []fault.Field // about files
	left  bool          // some came that were not wanted, and are gone
	sent  bool
}

// parcel reads a form with files for a case, or for none yet. Files of somebody
// who may not send any are read and dropped.
func (v *visit) parcel(number string, takesFiles bool) (*parcel, error) {
	if !v.inParts() {
		form, err := v.form()
		return &parcel{Values: form}, err
	}
	return v.parts(number, takesFiles, mostParcel)
}

// inParts tells whether the body is that of a form with files.
func (v *visit) inParts() bool {
	return strings.HasPrefix(v.r.Header.Get("Content-Type"), "multipart/")
}

func (v *visit) parts(number string, takesFiles bool, most int64) (*parcel, error) {
	p := &parcel{Values: url.Values{}}
	v.r.Body = http.MaxBytesReader(v.w, v.r.Body, most)
	parts, err := v.r.MultipartReader()
	if err != nil {
		return p, fault.Wrap(err, fault.Invalid, "web.form.unreadable")
	}
	words := int64(maxForm)
	for {
		part, err := parts.NextPart()
		if errors.Is(err, io.EOF) {
			break
		}
		if err == nil {
			err = v.take(p, part, number, takesFiles, &words)
		}
		if err != nil {
			return p, errors.Join(cutOff(err), v.drop(p))
		}
	}
	v.r.PostForm = p.Values // the mark of a form covers its files
	return p, nil
}

// take reads one part: a field, or a file.
func (v *visit) take(p *parcel, part *multipart.Part, number string, takesFiles bool, words *int64) error {
	if name, isFile := fileOf(part); isFile {
		switch {
		case name == "":
			return p.nameless(part)
		case !takesFiles || len(p.files) == app.MostUploads:
			return v.leave(p, part, takesFiles)
		}
		return v.keep(p, part, number, name)
	}
	text, err := io.ReadAll(io.LimitReader(part, *words+1))
	if *words -= int64(len(text)); err == nil && *words < 0 {
		return fault.New(fault.Invalid, "web.form.unreadable")
	}
	p.Add(part.FormName(), string(text))
	return err
}

// fileOf is the name of a part's file as it was sent; Go gives its last element
// alone, and for a field none.
func fileOf(part *multipart.Part) (name string, isFile bool) {
	return part.FileName(), strings.Contains(part.Header.Get("Content-Disposition"), "filename")
}

// nameless is a part without the name of a file: none was chosen, unless there
// are bytes in it.
func (p *parcel) nameless(part io.Reader) error {
	n, err := io.Copy(io.Discard, part)
	if n > 0 {
		p.wrong = append(p.wrong, fault.Field{Path: "files", Code: "file.no-name"})
	}
	return err
}

func (v *visit) leave(p *parcel, part io.Reader, tell bool) error {
	p.left = true
	if tell {
		p.wrong = []fault.Field{{Path: "files", Code: "file.too-many", Args: fault.Args{"most": app.MostUploads}}}
	}
	_, err := io.Copy(io.Discard, part)
	return err
}

func (v *visit) keep(p *parcel, part *multipart.Part, number, name string) error {
	u, err := v.site.app.KeepUpload(v.ctx(), v.actor, number, name, part.Header.Get("Content-Type"), part)
	f := fault.Of(err)
	switch {
	case err == nil:
		sum := u.Sum()
		p.files = append(p.files, u)
		p.Add("files", hex.EncodeToString(sum[:])+" "+u.Name)
		return nil
	case f.Code == "file.is-too-large":
		p.wrong = append(p.wrong, fault.Field{Path: "files", Code: f.Code, Args: f.Args})
		return nil
	case len(f.Fields) > 0: // its name
		p.wrong = append(p.wrong, fault.Field{Path: "files", Code: f.Fields[0].Code, Args: f.Fields[0].Args})
		_, err = io.Copy(io.Discard, part)
		return err
	}
	return err
}

func cutOff(err error) error {
	if tooMuch := new(http.MaxBytesError); errors.As(err, &tooMuch) {
		return fault.Wrap(err, fault.Invalid, "file.all-too-large", "most", mostParcel>>20)
	}
	if f := fault.Of(err); f.Kind != fault.Internal {
		return f
	}
	return fault.Wrap(err, fault.Invalid, "file.cut-off")
}

// encoding is that of the form as it is to be sent again.
func (p *parcel) encoding() string {
	if p.left {
		return "multipart/form-data"
	}
	return "application/x-www-form-urlencoded"
}

// pressedOf is the button of a form: its own, or that with which it was sent before
// its writer was asked about it.
func pressedOf(form url.Values) string {
	if form.Get("confirm") != "" {
		return form.Get("was")
	}
	return form.Get("do")
}

// deliver runs the job of a form with files, and goes to the page of what it made.
// The job says which files it took in; the others come to no case and are let go.
func (v *visit) deliver(p *parcel, page func(made string) string, job func() (made string, err error)) error {
	err := p.fault()
	if err == nil {
		err = v.do(page, job)
	}
	return errors.Join(err, v.drop(p))
}

// drop lets the files go that came to no case.
func (v *visit) drop(p *parcel) error {
	if p.sent {
		return nil
	}
	return v.site.app.DropUploads(p.files)
}

// fault gives what is wrong with the files, as one refusal of the form.
func (p *parcel) fault() error {
	if len(p.wrong) == 0 {
		return nil
	}
	return &fault.Error{Kind: fault.Invalid, Code: "fields.invalid", Fields: p.wrong}
}
