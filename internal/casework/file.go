package casework

import (
	"strconv"

	"switchboard/internal/fault"
)

// mostFiles is how many files a case can have.
const mostFiles = 100

// Attach adds a file. Its audience is named like that of a message; where its
// bytes lie is for the ledger alone.
type Attach struct {
	Name     string
	Type     string // as the sender says; never trusted
	Size     int64
	Sum      string // SHA-256, hexadecimal
	Blob     string
	Audience []string
	Answers  Bits
}

func (a Attach) run(t *turn) error {
	if err := needed("name", a.Name); err != nil {
		return err
	}
	if t.c.Files >= mostFiles {
		return t.refuse("case.too-many-files", "most", mostFiles)
	}
	say := Say{Audience: a.Audience, Answers: a.Answers}
	readers, err := t.audience(say)
	if err != nil {
		return err
	}
	if t.c.State == Closed && t.by.Company == t.c.Customer {
		return t.refuse("case.closed-reopen")
	}
	t.heard(say, readers)
	return t.emit(fileAttached, readers, open{"size": strconv.FormatInt(a.Size, 10)}, words{
		"name": sealed(a.Name, readers),
		"type": sealed(a.Type, readers),
		"sum":  sealed(a.Sum, readers),
		"blob": sealed(a.Blob, kept),
	})
}

// File is a file of a case: what its readers know, and where its bytes lie.
type File struct {
	Name, Type, Sum, Blob string
	Size                  int64
}

// FileOf reads a file from its event as it is stored. Fault not-found.file when
// it is none.
func FileOf(e Event) (File, error) {
	size, err := strconv.ParseInt(e.Open["size"], 10, 64)
	if e.Kind != fileAttached || err != nil || e.Word("blob") == "" {
		return File{}, fault.New(fault.NotFound, "not-found.file")
	}
	return File{Name: e.Word("name"), Type: e.Word("type"), Sum: e.Word("sum"), Blob: e.Word("blob"), Size: size}, nil
}
