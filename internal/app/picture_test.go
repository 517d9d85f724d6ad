package app_test

import (
	"bytes"
	"context"
	"image"
	"image/png"
	"io"
	"strings"
	"sync"
	"testing"

	"switchboard/internal/fault"
	"switchboard/internal/i18n"
	"switchboard/wire"
)

func onePNG(t *testing.T) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, image.NewNRGBA(image.Rect(0, 0, 30, 20))); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// A picture has the rights of its file: who may not read that is told of neither,
// by the list or by the picture itself; many readers at once wait for each other.
func TestAPictureIsForTheReadersOfItsFile(t *testing.T) {
	eachWorld(t, func(t *testing.T, w *world) {
		c := w.hidden()
		add := func(name string, bytes io.Reader, audience ...string) int64 {
			t.Helper()
			out, err := w.AddFile(t.Context(), w.as("p-fiona"), c.Number, wire.NewFile{Name: name, Type: "image/png", Audience: audience}, bytes, nil, i18n.English)
			if err != nil {
				t.Fatal(err)
			}
			return out.Version
		}
		note := add("note.png", bytes.NewReader(onePNG(t)))
		shared := add("shared.png", bytes.NewReader(onePNG(t)), "customer")
		add("fake.png", strings.NewReader("<svg onload=alert(1)>"), "customer")
		for person, want := range map[string]int{"p-fiona": 2, "p-will": 1} {
			all, err := w.Pictures(t.Context(), w.as(person), c.Number)
			if err != nil || len(all) != want {
				t.Errorf("%s sees %v, want %d: %v", person, all, want, err)
			}
		}
		_, err := w.Pictures(t.Context(), w.as("p-ken"), c.Number)
		wantFault(t, "a stranger", err, fault.NotFound, "not-found.case")
		p, err := w.Picture(t.Context(), w.as("p-will"), c.Number, 2)
		if err != nil || p.Type != "image/png" || len(p.Data) == 0 {
			t.Errorf("%v %+v", err, p.Type)
		}
		for who, n := range map[string]int64{"p-will": 3, "p-priya": shared, "p-ken": note} {
			_, err := w.Picture(t.Context(), w.as(who), c.Number, n)
			if !fault.Is(err, fault.NotFound) {
				t.Errorf("%s gets %d: %v", who, n, err)
			}
		}
		fiona := w.as("p-fiona")
		var readers sync.WaitGroup
		for range 40 {
			readers.Go(func() {
				if _, err := w.Picture(t.Context(), fiona, c.Number, shared); err != nil {
					t.Error(err)
				}
			})
		}
		readers.Wait()
		gone, cancel := context.WithCancel(t.Context())
		cancel()
		if _, err := w.Picture(gone, w.as("p-fiona"), c.Number, shared); err == nil {
			t.Error("who has gone away gets it")
		}
	})
}
