package web

import (
	"bytes"
	"testing"

	"github.com/andybalholm/brotli"
)

func compressed(t *testing.T, data []byte) int {
	t.Helper()
	var b bytes.Buffer
	w := brotli.NewWriterLevel(&b, brotli.BestCompression)
	if _, err := w.Write(data); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Len()
}

// experience 7: at most 10 KB of CSS and, in this stage, 3 KB of scripts.
func TestAssetsAreSmall(t *testing.T) {
	for file, most := range map[string]int{"app.css": 10 << 10, "app.js": 3 << 10, "sprite.svg": 3 << 10} {
		data, err := assetFiles.ReadFile("assets/" + file)
		if err != nil {
			t.Fatal(err)
		}
		n := compressed(t, data)
		t.Logf("%s: %d bytes, %d brotli", file, len(data), n)
		if n > most {
			t.Errorf("%s is %d bytes brotli, at most %d", file, n, most)
		}
	}
}
