package worldfile

import (
	"bufio"
	"io"

	"switchboard/internal/directory"
)

// mishap is why a piece of JSON cannot be read. Its text is a code.
type mishap struct {
	code string
	line int
}

func (m mishap) Error() string { return "worldfile: " + m.code }

// json reads one document after the other. Within a document it holds only one
// row, so a document may have any size.
func (rd *reading) json(in *bufio.Reader) error {
	s := &jsonStream{in: in, name: rd.name, line: 1}
	rd.offset = 0
	oneLine := true // all documents so far stood on one line each: JSON lines
	for {
		s.oneLine = false
		c, err := s.next()
		if err == io.EOF {
			return nil
		}
		start := s.line
		s.oneLine = oneLine && rd.documents > 0
		if err == nil && c != '{' {
			err = mishap{"import.not-a-world", start}
		}
		if err == nil {
			err = rd.jsonDocument(s)
		}
		bad, ok := err.(mishap)
		switch {
		case ok:
			rd.wrong(bad.line, "", bad.code, "format", "JSON", "max", MaxDocument>>20)
			if rd.documents++; !s.resume(start, bad) {
				return nil
			}
		case err != nil:
			return err
		default:
			oneLine = oneLine && s.line == start
		}
	}
}

func (rd *reading) jsonDocument(s *jsonStream) error {
	d, line := rd.begin(), s.line
	s.skip() // {
	err := s.items('}', func() error {
		key, at, err := s.key()
		if err != nil {
			return err
		}
		if !rd.key(d, key, at) {
			_, err = s.value()
			return err
		}
		noun, rows := sections[key]
		if rows {
			return rd.jsonRows(s, noun, key)
		}
		n, err := s.value()
		if err != nil {
			return err
		}
		if key == versionKey {
			rd.version(d, n, at)
			return nil
		}
		return rd.policies(n)
	})
	if err == nil {
		rd.end(d, line)
	}
	return err
}

func (rd *reading) jsonRows(s *jsonStream, noun directory.Noun, section string) error {
	c, err := s.next()
	if err != nil {
		return s.cut(err)
	}
	if c != '[' {
		n, err := s.value()
		if err != nil {
			return err
		}
		return rd.rows(noun, section, n)
	}
	s.skip() // [
	index := -1
	return s.items(']', func() error {
		index++
		n, err := s.value()
		if bad, ok := err.(mishap); ok && s.whole {
			// the brackets of the row match: what follows can still be read
			rd.wrong(bad.line, (&path{up: &path{name: section}, index: index}).String(), bad.code, "format", "JSON")
			return nil
		}
		if err != nil {
			return err
		}
		return rd.row(noun, section, index, n)
	})
}
