package worldfile

import (
	"bufio"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"switchboard/internal/fault"
)

// Source is one document of the input.
type Source struct {
	Name   string // as messages name it: relative to the folder, "-" for a stream
	Format Format // Unknown when it could not be told
	Size   int64  // in bytes; 0 when not known

	path   string
	stream io.Reader
}

// Open gives the documents of a file, or of a folder and the folders in it, in
// the order of their names. Of a folder it takes files that end in .yaml, .yml,
// .json, .jsonl, .ndjson or .csv and leaves hidden ones and links alone. Faults:
// import.no-file {file}, import.unreadable {file}, import.folder-empty {file}.
func Open(path string) ([]Source, error) {
	info, err := os.Stat(path)
	switch {
	case os.IsNotExist(err):
		return nil, fault.Wrap(err, fault.NotFound, "import.no-file", "file", path)
	case err != nil:
		return nil, unreadable(err, path)
	case !info.IsDir():
		s, err := fileSource(path, filepath.Base(path), info.Size())
		if err != nil {
			return nil, err
		}
		return []Source{s}, nil
	}
	return folder(path)
}

func folder(root string) ([]Source, error) {
	var out []Source
	err := filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return unreadable(err, path)
		}
		hidden := strings.HasPrefix(entry.Name(), ".") && path != root
		switch {
		case entry.IsDir() && hidden:
			return fs.SkipDir
		case !entry.Type().IsRegular() || hidden || !isDocument(entry.Name()):
			return nil
		}
		info, err := entry.Info()
		if err != nil {
			return unreadable(err, path)
		}
		name, err := filepath.Rel(root, path)
		if err != nil {
			return unreadable(err, path)
		}
		s, err := fileSource(path, filepath.ToSlash(name), info.Size())
		out = append(out, s)
		return err
	})
	if err == nil && len(out) == 0 {
		err = fault.New(fault.Invalid, "import.folder-empty", "file", root)
	}
	return out, err
}

func isDocument(name string) bool {
	switch strings.ToLower(filepath.Ext(name)) {
	case ".yaml", ".yml", ".json", ".jsonl", ".ndjson", ".csv":
		return true
	}
	return false
}

func fileSource(path, name string, size int64) (Source, error) {
	f, err := os.Open(path)
	if err != nil {
		return Source{}, unreadable(err, name)
	}
	defer f.Close()
	head := make([]byte, HeadSize)
	n, err := io.ReadFull(f, head)
	if err != nil && err != io.EOF && err != io.ErrUnexpectedEOF {
		return Source{}, unreadable(err, name)
	}
	return Source{Name: name, Format: Detect(name, head[:n]), Size: size, path: path}, nil
}

// Stream makes a source of a stream that can be read once, such as standard
// input.
func Stream(r io.Reader) (Source, error) {
	in := bufio.NewReaderSize(r, HeadSize)
	head, err := in.Peek(HeadSize)
	if err != nil && err != io.EOF {
		return Source{}, unreadable(err, "-")
	}
	return Source{Name: "-", Format: Detect("", head), stream: in}, nil
}

// Reader opens the source from its beginning; the caller closes it.
func (s Source) Reader() (io.ReadCloser, error) {
	if s.stream != nil {
		return io.NopCloser(s.stream), nil
	}
	f, err := os.Open(s.path)
	if err != nil {
		return nil, unreadable(err, s.Name)
	}
	return f, nil
}
