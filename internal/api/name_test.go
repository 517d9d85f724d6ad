package api

import (
	"mime/multipart"
	"net/textproto"
	"path"
	"strings"
	"testing"
)

// Whatever stands in the head of a part: its name is one for messages, clean and
// never empty, and reading it ends.
func FuzzFileName(f *testing.F) {
	for _, s := range []string{"", `form-data; name="file"; filename="a.yaml"`, `form-data; filename="..\\..\\etc\\passwd"`, `form-data; filename*=UTF-8''%e2%82%ac`,
		`form-data; filename="a"; filename="b"`, `form-data; filename="a` + "\x00" + `"`, `form-data; filename*0="a"; filename*1="b"`} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, disposition string) {
		name := fileName(&multipart.Part{Header: textproto.MIMEHeader{"Content-Disposition": {disposition}}})
		if name == "" || name != path.Clean(name) || strings.Contains(name, `\`) {
			t.Fatalf("%q names %q", disposition, name)
		}
	})
}
