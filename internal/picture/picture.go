// Package picture makes of a file that somebody has sent a picture that can be
// shown: decoded within bounds that its own header has to keep, and written anew,
// so that nothing of the file but what the eye sees goes on. What is no PNG, JPEG,
// GIF or WebP is none: no SVG, no HTML, and nothing is unpacked.
package picture

import (
	"bytes"
	"errors"
	"image"
	"image/color"
	"image/gif"
	"image/jpeg"
	"image/png"
	"io"

	"golang.org/x/image/draw"
	"golang.org/x/image/webp"
)

// What is decoded at all.
const (
	MostBytes  = 16 << 20 // of the file
	MostPixels = 24 << 20
	mostMemory = 96 << 20 // of the decoder
	headBytes  = 256 << 10
)

// Side is the longer side of a preview in pixels.
const Side = 1024

// ErrNone is for what is no picture, or one beyond the bounds.
var ErrNone = errors.New("picture: none that can be shown")

// Head is what a picture says about itself before it is decoded.
type Head struct {
	Format        string // png | jpeg | gif | webp
	Width, Height int    // as it is to be seen
	turned        int    // how, by EXIF: 1 to 8
	perPixel      int    // bytes that its decoder needs
}

// Look reads the head of a file. Fault ErrNone.
func Look(in io.Reader, size int64) (Head, error) {
	if size > MostBytes {
		return Head{}, ErrNone
	}
	data, err := io.ReadAll(io.LimitReader(in, headBytes))
	if err != nil {
		return Head{}, err
	}
	return head(data)
}

// head decides by the bytes alone; what a file is called or said to be counts
// nothing.
func head(data []byte) (Head, error) {
	for _, f := range formats {
		if !f.begins(data) {
			continue
		}
		h, err := f.head(data)
		if err != nil || !h.bounded() {
			return Head{}, ErrNone
		}
		if h.turned >= 5 {
			h.Width, h.Height = h.Height, h.Width
		}
		h.Format = f.name
		return h, nil
	}
	return Head{}, ErrNone
}

func (h Head) bounded() bool {
	if h.Width <= 0 || h.Height <= 0 || h.Width > 1<<16 || h.Height > 1<<16 {
		return false
	}
	pixels := h.Width * h.Height
	return pixels <= MostPixels && pixels*h.perPixel <= mostMemory
}

// Fit is how large the preview of a picture is.
func (h Head) Fit() (width, height int) {
	width, height = h.Width, h.Height
	if longer := max(width, height); longer > Side {
		width, height = max(1, width*Side/longer), max(1, height*Side/longer)
	}
	return width, height
}

// Preview decodes a picture and writes it anew, at most Side pixels large.
func Preview(in io.Reader) (kind string, out []byte, err error) {
	data, err := io.ReadAll(io.LimitReader(in, MostBytes+1))
	if err != nil {
		return "", nil, err
	}
	if len(data) > MostBytes {
		return "", nil, ErrNone
	}
	h, err := head(data)
	if err != nil {
		return "", nil, err
	}
	full, err := decode(h.Format, data)
	if err != nil {
		return "", nil, ErrNone
	}
	// What the decoder gives is held against the bounds once more.
	if b := full.Bounds(); b.Dx() <= 0 || b.Dy() <= 0 || b.Dx()*b.Dy() > MostPixels {
		return "", nil, ErrNone
	}
	return encode(h.Format, upright(small(full), h.turned))
}

func decode(format string, data []byte) (image.Image, error) {
	in := bytes.NewReader(data)
	switch format {
	case "png":
		return png.Decode(in)
	case "jpeg":
		return jpeg.Decode(in)
	case "gif":
		return gif.Decode(in) // the first frame alone
	}
	return webp.Decode(in)
}

// small draws a picture on white in the size of its preview.
func small(full image.Image) *image.RGBA {
	b := full.Bounds()
	width, height := Head{Width: b.Dx(), Height: b.Dy()}.Fit()
	out := image.NewRGBA(image.Rect(0, 0, width, height))
	draw.Draw(out, out.Bounds(), image.NewUniform(color.White), image.Point{}, draw.Src)
	draw.ApproxBiLinear.Scale(out, out.Bounds(), full, b, draw.Over, nil)
	return out
}

// encode writes photographs as JPEG and what is drawn, where every line counts,
// as PNG.
func encode(format string, img *image.RGBA) (kind string, out []byte, err error) {
	var b bytes.Buffer
	if format == "jpeg" || format == "webp" {
		err = jpeg.Encode(&b, img, &jpeg.Options{Quality: 85})
		return "image/jpeg", b.Bytes(), err
	}
	err = (&png.Encoder{CompressionLevel: png.BestSpeed}).Encode(&b, img)
	return "image/png", b.Bytes(), err
}

// upright turns a picture as its camera says it was held.
func upright(in *image.RGBA, turned int) *image.RGBA {
	if turned < 2 || turned > 8 {
		return in
	}
	w, h := in.Bounds().Dx(), in.Bounds().Dy()
	out := image.NewRGBA(image.Rect(0, 0, w, h))
	if turned >= 5 {
		out = image.NewRGBA(image.Rect(0, 0, h, w))
	}
	for y := range h {
		for x := range w {
			tx, ty := place(turned, x, y, w, h)
			out.SetRGBA(tx, ty, in.RGBAAt(x, y))
		}
	}
	return out
}

func place(turned, x, y, w, h int) (int, int) {
	switch turned {
	case 2:
		return w - 1 - x, y
	case 3:
		return w - 1 - x, h - 1 - y
	case 4:
		return x, h - 1 - y
	case 5:
		return y, x
	case 6:
		return h - 1 - y, x
	case 7:
		return h - 1 - y, w - 1 - x
	}
	return y, w - 1 - x // 8
}
