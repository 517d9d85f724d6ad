package web

import (
	"log/slog"
	"slices"
	"strconv"

	"switchboard/internal/picture"
	"switchboard/wire"
)

func casePicture(v *visit) error { return v.show(v.r.PathValue("n"), v.r.PathValue("file")) }

func requestPicture(v *visit) error {
	if in, err := v.enter(); err != nil || !in {
		return err
	}
	return v.show(v.r.PathValue("ref"), v.r.PathValue("n"))
}

// show sends the preview of a file: bytes that the server has written itself, by
// which a browser is told what they are and to run nothing.
func (v *visit) show(number, event string) error {
	n, err := strconv.ParseInt(event, 10, 64)
	if err != nil {
		n = 0 // no event has this number
	}
	p, err := v.site.app.Picture(v.ctx(), v.actor, number, n)
	if err != nil {
		return err
	}
	h := v.w.Header()
	h.Set("Content-Type", p.Type)
	h.Set("Content-Disposition", "inline")
	h.Set("Content-Length", strconv.Itoa(len(p.Data)))
	h.Set("Content-Security-Policy", "default-src 'none'; sandbox")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	h.Set("Cache-Control", "no-store")
	if _, err := v.w.Write(p.Data); err != nil { // the answer has begun
		slog.Debug("reader went away", "request", v.id, "err", err)
	}
	return nil
}

// shownAs is a picture among the files of a page.
type shownAs struct {
	at            string
	width, height int
}

// pictures are the files of a case that can be shown, by the reader's own number.
type pictures map[int64]picture.Head

func (p pictures) of(n int64, at string) (shownAs, bool) {
	h, ok := p[n]
	if !ok {
		return shownAs{}, false
	}
	width, height := h.Fit()
	return shownAs{at + "/preview", width, height}, true
}

// picturesOf looks for them where there are files at all.
func (v *visit) picturesOf(number string, lines []wire.CaseEvent) (pictures, error) {
	if !slices.ContainsFunc(lines, func(e wire.CaseEvent) bool { return e.Kind == "file" }) {
		return nil, nil
	}
	return v.site.app.Pictures(v.ctx(), v.actor, number)
}
