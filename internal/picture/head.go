package picture

import (
	"bytes"
	"encoding/binary"
	"image"
	"image/color"
	"image/gif"
	"image/jpeg"
	"image/png"
	"io"

	"golang.org/x/image/webp"
)

// format is a kind of picture: how it begins, and what its head says.
type format struct {
	name   string
	begins func([]byte) bool
	head   func([]byte) (Head, error)
}

var formats = []format{
	{"png", func(d []byte) bool { return bytes.HasPrefix(d, []byte("\x89PNG\r\n\x1a\n")) }, pngHead},
	{"jpeg", func(d []byte) bool { return bytes.HasPrefix(d, []byte("\xff\xd8\xff")) }, jpegHead},
	{"gif", func(d []byte) bool {
		return bytes.HasPrefix(d, []byte("GIF87a")) || bytes.HasPrefix(d, []byte("GIF89a"))
	}, gifHead},
	{"webp", func(d []byte) bool { return len(d) > 12 && string(d[:4]) == "RIFF" && string(d[8:12]) == "WEBP" }, webpHead},
}

func sized(read func(io.Reader) (image.Config, error), data []byte, perPixel int) (Head, error) {
	c, err := read(bytes.NewReader(data))
	return Head{Width: c.Width, Height: c.Height, perPixel: perPixel}, err
}

func pngHead(data []byte) (Head, error) {
	c, err := png.DecodeConfig(bytes.NewReader(data))
	h := Head{Width: c.Width, Height: c.Height, perPixel: 4}
	switch c.ColorModel {
	case color.NRGBA64Model, color.RGBA64Model, color.Gray16Model:
		h.perPixel = 8
	}
	return h, err
}

func gifHead(data []byte) (Head, error) { return sized(gif.DecodeConfig, data, 1) }

// jpegHead: a progressive picture is held in whole before it is drawn, at four
// bytes a value.
func jpegHead(data []byte) (Head, error) {
	h, err := sized(jpeg.DecodeConfig, data, 4)
	if err != nil {
		return h, err
	}
	for m := range segments(data) {
		switch {
		case m.marker == 0xC2:
			h.perPixel = 20
		case m.marker == 0xE1 && h.turned == 0:
			h.turned = orientation(m.body)
		}
	}
	return h, nil
}

// segment is a part of a JPEG before its picture begins.
type segment struct {
	marker byte
	body   []byte
}

// segments goes through the parts of a JPEG until its picture begins.
func segments(data []byte) func(yield func(segment) bool) {
	return func(yield func(segment) bool) {
		for at := 2; at+4 <= len(data) && data[at] == 0xFF; {
			marker := data[at+1]
			if marker == 0xFF { // a filling byte
				at++
				continue
			}
			size := int(binary.BigEndian.Uint16(data[at+2:]))
			if marker == 0xDA || size < 2 || at+2+size > len(data) {
				return
			}
			if !yield(segment{marker, data[at+4 : at+2+size]}) {
				return
			}
			at += 2 + size
		}
	}
}

// orientation is how a camera was held, by EXIF: 1 to 8, 0 where it does not say.
func orientation(body []byte) int {
	tiff, ok := bytes.CutPrefix(body, []byte("Exif\x00\x00"))
	if !ok || len(tiff) < 8 {
		return 0
	}
	var order binary.ByteOrder = binary.LittleEndian
	switch string(tiff[:2]) {
	case "II":
	case "MM":
		order = binary.BigEndian
	default:
		return 0
	}
	at := int64(order.Uint32(tiff[4:]))
	if at < 8 || at+2 > int64(len(tiff)) {
		return 0
	}
	entries := tiff[at+2:]
	for range order.Uint16(tiff[at:]) {
		if len(entries) < 12 {
			return 0
		}
		if order.Uint16(entries) == 0x0112 {
			if how := int(order.Uint16(entries[8:])); how >= 1 && how <= 8 {
				return how
			}
			return 0
		}
		entries = entries[12:]
	}
	return 0
}

// webpHead: the size that a container states is not that of the picture in it, so
// the larger of both counts.
func webpHead(data []byte) (Head, error) {
	h, err := sized(webp.DecodeConfig, data, 8)
	if err != nil {
		return h, err
	}
	for at := 12; at+8 <= len(data); {
		size, body := int64(binary.LittleEndian.Uint32(data[at+4:])), data[at+8:]
		width, height := 0, 0
		switch kind := string(data[at : at+4]); {
		case kind == "VP8 " && len(body) >= 10:
			width, height = int(binary.LittleEndian.Uint16(body[6:])&0x3FFF), int(binary.LittleEndian.Uint16(body[8:])&0x3FFF)
		case kind == "VP8L" && len(body) >= 5:
			bits := binary.LittleEndian.Uint32(body[1:])
			width, height = int(bits&0x3FFF)+1, int(bits>>14&0x3FFF)+1
		}
		h.Width, h.Height = max(h.Width, width), max(h.Height, height)
		if size += size & 1; size > int64(len(body)) {
			break
		}
		at += 8 + int(size)
	}
	return h, nil
}
