package picture

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"image"
	"image/color"
	"image/gif"
	"image/jpeg"
	"image/png"
	"runtime"
	"strings"
	"testing"
)

// drawn is a picture whose left half is red and whose right half is blue.
func drawn(w, h int) *image.RGBA {
	out := image.NewRGBA(image.Rect(0, 0, w, h))
	for y := range h {
		for x := range w {
			out.SetRGBA(x, y, color.RGBA{R: 255, A: 255})
			if x >= w/2 {
				out.SetRGBA(x, y, color.RGBA{B: 255, A: 255})
			}
		}
	}
	return out
}

func pngOf(t testing.TB, img image.Image) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, img); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func jpegOf(t testing.TB, img image.Image) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := jpeg.Encode(&b, img, nil); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func gifOf(t testing.TB, img image.Image) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := gif.Encode(&b, img, nil); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func webps(t testing.TB) (lossy, lossless []byte) {
	t.Helper()
	var out [2][]byte
	for i, text := range []string{"UklGRiIAAABXRUJQVlA4IBYAAAAwAQCdASoBAAEADsD+JaQAA3AAAAAA", "UklGRhoAAABXRUJQVlA4TA0AAAAvAAAAEAcQERGIiP4HAA=="} {
		var err error
		if out[i], err = base64.StdEncoding.DecodeString(text); err != nil {
			t.Fatal(err)
		}
	}
	return out[0], out[1]
}

// chunk is a part of a PNG.
func chunk(kind string, body []byte) []byte {
	out := binary.BigEndian.AppendUint32(nil, uint32(len(body)))
	out = append(append(out, kind...), body...)
	return binary.BigEndian.AppendUint32(out, crc32.ChecksumIEEE(out[4:]))
}

// noted puts words into a PNG that nobody sees.
func noted(data []byte, words string) []byte {
	out := append([]byte{}, data[:33]...) // its head
	out = append(out, chunk("tEXt", []byte("Comment\x00"+words))...)
	return append(append(out, data[33:]...), words...)
}

// exif puts an orientation and words into a JPEG.
func exif(data []byte, turned int, words string) []byte {
	tiff := []byte("Exif\x00\x00MM\x00\x2a\x00\x00\x00\x08\x00\x01\x01\x12\x00\x03\x00\x00\x00\x01")
	tiff = append(binary.BigEndian.AppendUint16(tiff, uint16(turned)), 0, 0, 0, 0, 0, 0)
	tiff = append(tiff, words...)
	out := append([]byte{}, data[:2]...)
	out = append(out, 0xFF, 0xE1)
	out = binary.BigEndian.AppendUint16(out, uint16(len(tiff)+2))
	return append(append(out, tiff...), data[2:]...)
}

// Nothing of a file but what the eye sees goes on, in whichever format it came.
func TestAPictureIsWrittenAnew(t *testing.T) {
	const secret = "52.5163N-13.3777E"
	lossy, lossless := webps(t)
	for name, tc := range map[string]struct {
		data          []byte
		kind          string
		width, height int
	}{
		"png":           {noted(pngOf(t, drawn(40, 20)), secret), "image/png", 40, 20},
		"jpeg":          {exif(jpegOf(t, drawn(40, 20)), 1, secret), "image/jpeg", 40, 20},
		"gif":           {append(gifOf(t, drawn(40, 20)), secret...), "image/png", 40, 20},
		"webp":          {append(lossy, secret...), "image/jpeg", 1, 1},
		"webp lossless": {append(lossless, secret...), "image/jpeg", 1, 1},
		"large":         {pngOf(t, drawn(3000, 30)), "image/png", 1024, 10},
		"a line":        {pngOf(t, drawn(5000, 1)), "image/png", 1024, 1},
		"gif and html":  {append(gifOf(t, drawn(8, 8)), "<script>alert(1)</script>"+secret...), "image/png", 8, 8},
	} {
		h, err := Look(bytes.NewReader(tc.data), int64(len(tc.data)))
		if w, high := h.Fit(); err != nil || w != tc.width || high != tc.height {
			t.Errorf("%s: %v %+v", name, err, h)
		}
		kind, out, err := Preview(bytes.NewReader(tc.data))
		if err != nil || kind != tc.kind || strings.Contains(string(out), secret) || strings.Contains(string(out), "<script") {
			t.Errorf("%s: %v %s", name, err, kind)
			continue
		}
		img, _, err := image.Decode(bytes.NewReader(out))
		if err != nil || img.Bounds().Dx() != tc.width || img.Bounds().Dy() != tc.height {
			t.Errorf("%s: %v %v", name, err, img.Bounds())
		}
	}
}

// ihdr is the head of a PNG that says it is so large, with nothing behind it.
func ihdr(w, h uint32, depth byte) []byte {
	body := binary.BigEndian.AppendUint32(binary.BigEndian.AppendUint32(nil, w), h)
	return append([]byte("\x89PNG\r\n\x1a\n"), chunk("IHDR", append(body, depth, 6, 0, 0, 0))...)
}

// sof is the head of a JPEG.
func sof(marker byte, w, h uint16) []byte {
	out := []byte{0xFF, 0xD8, 0xFF, marker, 0, 17, 8}
	out = binary.BigEndian.AppendUint16(binary.BigEndian.AppendUint16(out, h), w)
	return append(out, 3, 1, 0x11, 0, 2, 0x11, 0, 3, 0x11, 0, 0xFF, 0xDA, 0, 2)
}

// vp8x is a container that says it holds one pixel, and holds many.
func vp8x(w, h uint16) []byte {
	frame := []byte{0x30, 0x01, 0x00, 0x9D, 0x01, 0x2A}
	frame = binary.LittleEndian.AppendUint16(binary.LittleEndian.AppendUint16(frame, w), h)
	out := append([]byte("RIFF\x40\x00\x00\x00WEBPVP8X\x0a\x00\x00\x00"), make([]byte, 10)...)
	return append(append(out, "VP8 \x0a\x00\x00\x00"...), frame...)
}

// What says that it is larger than the bounds is never decoded: refusing it takes
// no memory of its size. What is no picture is none, whatever it is called.
func TestBombsAreNotDecoded(t *testing.T) {
	screen := append([]byte("GIF89a\xff\xff\xff\xff\x00\x00\x00"), 0x2C)
	for name, data := range map[string][]byte{
		"png": ihdr(60000, 60000, 8), "png of 16 bits": ihdr(4000, 4000, 16), "png of no size": ihdr(0, 5, 8),
		"jpeg": sof(0xC0, 65000, 65000), "progressive jpeg": sof(0xC2, 4000, 3000), "gif": screen, "webp": vp8x(16383, 16383),
		"svg": []byte(`<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>`), "html": []byte("<!DOCTYPE html><script>1</script>"),
		"zip": []byte("PK\x03\x04" + strings.Repeat("\x00", 64)), "pdf": []byte("%PDF-1.7"), "empty": nil, "text": []byte("hello"), "bmp": []byte("BM" + strings.Repeat("\x00", 64)),
		"png cut off": pngOf(t, drawn(600, 600))[:60],
	} {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		_, looked := Look(bytes.NewReader(data), int64(len(data)))
		_, _, err := Preview(bytes.NewReader(data))
		runtime.ReadMemStats(&after)
		if !errors.Is(err, ErrNone) || name != "png cut off" && !errors.Is(looked, ErrNone) {
			t.Errorf("%s: %v, %v", name, looked, err)
		}
		if used := after.TotalAlloc - before.TotalAlloc; used > 4<<20 {
			t.Errorf("%s: %d bytes were used for nothing", name, used)
		}
	}
	if h, err := Look(bytes.NewReader(sof(0xC0, 4000, 3000)), 100); err != nil || h.Width != 4000 {
		t.Errorf("a photograph of 12 million pixels: %v %+v", err, h)
	}
	if _, err := Look(bytes.NewReader(pngOf(t, drawn(8, 8))), MostBytes+1); !errors.Is(err, ErrNone) {
		t.Errorf("more bytes than the bound: %v", err)
	}
	if _, _, err := Preview(bytes.NewReader(append(pngOf(t, drawn(8, 8)), make([]byte, MostBytes)...))); !errors.Is(err, ErrNone) {
		t.Errorf("more bytes than the bound: %v", err)
	}
}

// A photograph stands upright, however the camera was held: the eight ways bring
// the marked corner where EXIF says it belongs.
func TestAPhotographStandsUpright(t *testing.T) {
	mark := color.RGBA{G: 255, A: 255}
	for turned, corner := range map[int]image.Point{1: {0, 0}, 2: {3, 0}, 3: {3, 1}, 4: {0, 1}, 5: {0, 0}, 6: {1, 0}, 7: {1, 3}, 8: {0, 3}} {
		in := drawn(4, 2)
		in.SetRGBA(0, 0, mark)
		if got := upright(in, turned).RGBAAt(corner.X, corner.Y); got != mark {
			t.Errorf("turned %d: the mark is not at %v", turned, corner)
		}
	}
	data := exif(jpegOf(t, drawn(64, 32)), 6, "")
	h, err := Look(bytes.NewReader(data), int64(len(data)))
	_, out, err2 := Preview(bytes.NewReader(data))
	if err != nil || err2 != nil || h.Width != 32 || h.Height != 64 {
		t.Fatalf("%v %v %+v", err, err2, h)
	}
	img, _, err := image.Decode(bytes.NewReader(out))
	if err != nil {
		t.Fatal(err)
	}
	if r, _, b, _ := img.At(16, 8).RGBA(); r < b {
		t.Errorf("the red half does not stand above: %v", img.At(16, 8))
	}
}

// Whatever comes: no panic, and what is shown is small, of a known kind and can
// be decoded.
func FuzzPreview(f *testing.F) {
	lossy, lossless := webps(f)
	for _, seed := range [][]byte{pngOf(f, drawn(9, 7)), noted(pngOf(f, drawn(9, 7)), "x"), jpegOf(f, drawn(9, 7)), exif(jpegOf(f, drawn(9, 7)), 8, "x"), gifOf(f, drawn(9, 7)), lossy, lossless,
		ihdr(60000, 60000, 8), sof(0xC2, 4000, 3000), vp8x(16383, 16383), []byte("<svg/>"), []byte("PK\x03\x04")} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		h, looked := Look(bytes.NewReader(data), int64(len(data)))
		kind, out, err := Preview(bytes.NewReader(data))
		if err != nil {
			return
		}
		if looked != nil && len(data) <= headBytes || kind != "image/png" && kind != "image/jpeg" {
			t.Fatalf("%v %+v %s", looked, h, kind)
		}
		img, _, err := image.Decode(bytes.NewReader(out))
		if err != nil || img.Bounds().Dx() > Side || img.Bounds().Dy() > Side {
			t.Fatalf("%v", err)
		}
	})
}
