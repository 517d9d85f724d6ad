package web

import (
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"net/http"
	"path"
	"regexp"
	"strings"
)

//go:embed assets
var assetFiles embed.FS

// asset is a file that pages load. Its address carries the hash of its bytes,
// so it may be kept for ever.
type asset struct {
	name, contentType string
	data              []byte
}

var contentTypes = map[string]string{
	".css": "text/css; charset=utf-8",
	".js":  "text/javascript; charset=utf-8",
	".svg": "image/svg+xml",
}

// assets by address name, and the address of each file.
var assets, addresses = readAssets()

func readAssets() (map[string]asset, map[string]string) {
	entries, err := assetFiles.ReadDir("assets")
	if err != nil {
		panic(err) // embedded
	}
	byName, address := map[string]asset{}, map[string]string{}
	for _, entry := range entries {
		addAsset(entry.Name(), byName, address)
	}
	return byName, address
}

// imported are the scripts that a script names: they get their address first, and
// it names them by it.
var imported = regexp.MustCompile(`"\./([a-z]+\.js)"`)

func addAsset(file string, byName map[string]asset, address map[string]string) string {
	if known, ok := address[file]; ok {
		return known
	}
	data, err := assetFiles.ReadFile("assets/" + file)
	if err != nil {
		panic(err) // embedded
	}
	ext := path.Ext(file)
	if ext == ".js" {
		data = imported.ReplaceAllFunc(data, func(found []byte) []byte {
			name := string(imported.FindSubmatch(found)[1])
			return []byte(`"` + addAsset(name, byName, address) + `"`)
		})
	}
	sum := sha256.Sum256(data)
	name := strings.TrimSuffix(file, ext) + "." + hex.EncodeToString(sum[:6]) + ext
	byName[name] = asset{name, contentTypes[ext], data}
	address[file] = "/assets/" + name
	return address[file]
}

// deskScripts are what the desk's script stands on, to be fetched at once.
var deskScripts = []string{"palette.js", "keys.js", "page.js", "follow.js", "held.js"}

// at is the address of an asset.
func at(file string) string { return addresses[file] }

func serveAsset(w http.ResponseWriter, r *http.Request) {
	a, ok := assets[r.PathValue("name")]
	if !ok {
		w.Header().Set("Cache-Control", "no-store")
		w.WriteHeader(http.StatusNotFound)
		return
	}
	w.Header().Set("Content-Type", a.contentType)
	w.Header().Set("Cache-Control", "public, max-age=31536000, immutable")
	if _, err := w.Write(a.data); err != nil {
		return // the reader went away
	}
}
