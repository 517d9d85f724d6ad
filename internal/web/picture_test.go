package web

import (
	"bytes"
	"image"
	"image/color"
	"image/png"
	"net/url"
	"regexp"
	"strings"
	"testing"
)

// drawnPNG is a picture with a note in it that nobody sees.
func drawnPNG(t testing.TB, w, h int) string {
	t.Helper()
	img := image.NewNRGBA(image.Rect(0, 0, w, h))
	for y := range h {
		for x := range w {
			img.SetNRGBA(x, y, color.NRGBA{R: uint8(x), G: uint8(y), B: 120, A: 255})
		}
	}
	var b bytes.Buffer
	if err := png.Encode(&b, img); err != nil {
		t.Fatal(err)
	}
	return b.String() + "hidden-in-the-file"
}

// withPicture is a case with a screenshot and what is none.
func (w *world) withPicture(t testing.TB) string {
	t.Helper()
	n := w.asked(t, "同期が止まりました", "朝から同期が終わりません")
	kaede := w.reader(t, "kaede-admin", "en")
	for _, sent := range []struct{ to, name, bytes string }{
		{"aoba", `C:\screens\画面<b>.png`, drawnPNG(t, 320, 200)}, {"internal", "private.png", drawnPNG(t, 40, 20)},
		{"aoba", "logo.svg", `<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>`}, {"aoba", "page.png", "<script>alert(1)</script>"},
	} {
		form := url.Values{"version": {found(t, version, kaede.page("/c/"+n))}, "idem": {sent.name}, "say.to": {sent.to}, "say.text": {"see"}}
		if a := kaede.postParcel("/c/"+n+"/say", form, [2]string{sent.name, sent.bytes}); a.status != 303 {
			t.Fatalf("%s: %d\n%s", sent.name, a.status, a.body)
		}
	}
	return n
}

var shownPictures = regexp.MustCompile(`<img class="picture" src="([^"]+)" width="320" height="200"`)

// A picture is shown as the server has written it, from an address of its own and
// under the rights of its file; what a browser would run is a file and no more.
func TestAPictureIsShownAndNothingElse(t *testing.T) {
	w := newWorld(t)
	n := w.withPicture(t)
	kaede, aoba, tamago := w.reader(t, "kaede-admin", "en"), w.reader(t, "aoba-user", "ja"), w.reader(t, "tamago-owner", "en")
	for who, page := range map[*reader]string{kaede: kaede.page("/c/" + n), aoba: aoba.page("/r/" + n)} {
		all := shownPictures.FindAllStringSubmatch(page, -1)
		if len(all) != 1 || strings.Count(page, "<img") != map[*reader]int{kaede: 2, aoba: 1}[who] {
			t.Fatalf("%d pictures in\n%s", len(all), page)
		}
		contain(t, page, "画面&lt;b&gt;.png", "logo.svg", "page.png", " download")
		a := who.get(all[0][1])
		for name, want := range map[string]string{"Content-Type": "image/png", "X-Content-Type-Options": "nosniff", "Content-Security-Policy": "default-src 'none'; sandbox", "Content-Disposition": "inline", "Cache-Control": "no-store", "Cross-Origin-Resource-Policy": "same-origin"} {
			if got := a.header.Get(name); a.status != 200 || got != want {
				t.Errorf("%d %s: %q, want %q", a.status, name, got, want)
			}
		}
		if img, _, err := image.Decode(strings.NewReader(a.body)); err != nil || img.Bounds().Dx() != 320 || strings.Contains(a.body, "hidden-in-the-file") {
			t.Errorf("the preview: %v", err)
		}
		if file := who.get(strings.TrimSuffix(all[0][1], "/preview")); file.header.Get("Content-Type") != "application/octet-stream" || !strings.HasPrefix(file.header.Get("Content-Disposition"), "attachment") || !strings.Contains(file.body, "hidden-in-the-file") {
			t.Errorf("the file itself: %v", file.header)
		}
		if a := tamago.get(all[0][1]); a.status != 404 {
			t.Errorf("who is not on the case gets %d", a.status)
		}
		if a := w.reader(t, "", "en").get(all[0][1]); a.status == 200 {
			t.Errorf("who is signed out gets it")
		}
	}
	for _, number := range []string{"1", "99", "x", "-1"} {
		if a := kaede.get("/c/" + n + "/files/" + number + "/preview"); a.status != 404 {
			t.Errorf("what is no picture: %d", a.status)
		}
	}
}
