package worldfile

import (
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"switchboard/internal/fault"
)

func TestDetectTellsTheFormats(t *testing.T) {
	for name, tc := range map[string]struct {
		file, head string
		want       Format
	}{
		"world, YAML":           {"w.yaml", "switchboard: 1\n", World},
		"world, piped":          {"", "# comment\n---\nswitchboard: 1\n", World},
		"world, BOM":            {"", "\uFEFFswitchboard: 1\n", World},
		"world, JSON":           {"w.json", `{"switchboard":1,"offers":[]}`, World},
		"world, later line":     {"w.jsonl", `{"offers":[{"id":"o"}]}`, World},
		"configure":             {"c.json", `{"$schema":"https://product-ingestion.azureedge.net/schema/configure/2022-03-01-preview2"}`, ProductIngestion},
		"resource, other host":  {"c.json", `{"$schema": "https://schema.mp.microsoft.com/schema/listing/2022-03-01-preview5"}`, ProductIngestion},
		"bare listing":          {"l.json", `{"SupportContact":{"name":"a"}}`, ProductIngestion},
		"Ingestion v1":          {"l.json", `{"value":[{"resourceType":"AzureListing","listingContacts":[]}]}`, IngestionV1},
		"Ingestion v1 contacts": {"l.json", `[{"ListingContacts" : []}]`, IngestionV1},
		"azpc":                  {"listing_config.json", "{\n  \"offer_listing\" : {}}", Azpc},
		"SaaS sample":           {"o.json", `{"a":{"offerId":"a","plans":{}}}`, SaasSample},
		"CSV by name":           {"o.csv", "a,b", CSV},
		"CSV by header":         {"", "publisherId,offerId\n", CSV},
		"neither":               {"", "Dear all,\n", Unknown},
		"other JSON":            {"package.json", `{"name":"x"}`, Unknown},
	} {
		t.Run(name, func(t *testing.T) {
			if got := Detect(tc.file, []byte(tc.head)); got != tc.want {
				t.Errorf("got %q, want %q", got, tc.want)
			}
		})
	}
}

func TestOpenTakesTheDocumentsOfAFolderInOrder(t *testing.T) {
	root := t.TempDir()
	for name, content := range map[string]string{"b.yaml": "switchboard: 1\n", "a/z.JSON": `{"switchboard":1}`, "a.csv": "publisherId\n", "README.md": "#", ".hidden.yaml": "x", ".git/c.yaml": "x"} {
		path := filepath.Join(root, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	sources, err := Open(root)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, s := range sources {
		got = append(got, s.Name+" "+string(s.Format))
	}
	if want := []string{"a/z.JSON world", "a.csv csv", "b.yaml world"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestOpenSaysWhatIsMissing(t *testing.T) {
	if _, err := Open(filepath.Join(t.TempDir(), "none")); !fault.Is(err, fault.NotFound) || fault.Of(err).Code != "import.no-file" {
		t.Errorf("missing file: %v", err)
	}
	if _, err := Open(t.TempDir()); fault.Of(err).Code != "import.folder-empty" {
		t.Errorf("empty folder: %v", err)
	}
}

func TestSourcesCanBeReadInFull(t *testing.T) {
	content := "switchboard: 1\n" + strings.Repeat("# x\n", HeadSize)
	path := filepath.Join(t.TempDir(), "w.yaml")
	if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
		t.Fatal(err)
	}
	files, err := Open(path)
	if err != nil {
		t.Fatal(err)
	}
	stream, err := Stream(strings.NewReader(content))
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range append(files, stream) {
		r, err := s.Reader()
		if err != nil {
			t.Fatal(err)
		}
		data, err := io.ReadAll(r)
		if err != nil || string(data) != content || s.Format != World {
			t.Errorf("%s: %d bytes of %d, %s, %v", s.Name, len(data), len(content), s.Format, err)
		}
		if err := r.Close(); err != nil {
			t.Error(err)
		}
	}
}
