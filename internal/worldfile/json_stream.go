package worldfile

import (
	"bufio"
	"io"

	"go.yaml.in/yaml/v3"
)

// jsonStream cuts values out of a stream and counts its lines.
type jsonStream struct {
	in      *bufio.Reader
	name    string
	line    int
	oneLine bool // a line end within a document is an error
	whole   bool // the last value was cut out; if it was bad, only inside
	buf     []byte
	tree    jsonTree
}

// next gives the next character that is no white space, without taking it.
func (s *jsonStream) next() (byte, error) {
	for {
		c, err := s.in.ReadByte()
		if err != nil {
			return 0, s.broken(err)
		}
		switch c {
		case ' ', '\t', '\r':
		case '\n':
			s.line++
			if s.oneLine {
				return 0, mishap{"import.truncated", s.line - 1}
			}
		default:
			return c, s.in.UnreadByte()
		}
	}
}

func (s *jsonStream) broken(err error) error {
	if err == io.EOF {
		return err
	}
	return unreadable(err, s.name)
}

// cut makes an end of the stream within a document the fault that it is.
func (s *jsonStream) cut(err error) error {
	if err == io.EOF {
		return mishap{"import.truncated", s.line}
	}
	return err
}

// skip takes a character that next has shown.
func (s *jsonStream) skip() {
	_, _ = s.in.ReadByte() // it is in the buffer
}

// items goes through what stands between brackets, separated by commas.
func (s *jsonStream) items(end byte, item func() error) error {
	for first := true; ; first = false {
		c, err := s.next()
		if err != nil {
			return s.cut(err)
		}
		switch {
		case c == end:
			s.skip()
			return nil
		case !first && c != ',':
			return mishap{"import.syntax", s.line}
		case !first:
			s.skip()
			if c, err = s.next(); err != nil {
				return s.cut(err)
			}
			if c == end { // a comma too many
				return mishap{"import.syntax", s.line}
			}
		}
		if err := item(); err != nil {
			return err
		}
	}
}

// key reads the name of a member and its colon.
func (s *jsonStream) key() (string, int, error) {
	line := s.line
	n, err := s.value()
	if err != nil {
		return "", line, err
	}
	if n.Kind != yaml.ScalarNode || n.Style != yaml.DoubleQuotedStyle {
		return "", line, mishap{"import.syntax", line}
	}
	key := n.Value
	c, err := s.next()
	if err != nil {
		return "", line, s.cut(err)
	}
	if c != ':' {
		return "", line, mishap{"import.syntax", s.line}
	}
	s.skip()
	return key, line, nil
}

// value reads a value. The node is overwritten by the next call.
func (s *jsonStream) value() (*yaml.Node, error) {
	s.whole = false
	if _, err := s.next(); err != nil {
		return nil, s.cut(err)
	}
	line := s.line
	if err := s.extent(); err != nil {
		return nil, err
	}
	s.whole = true
	return s.tree.parse(string(s.buf), line)
}

// extent takes one value into buf: to the bracket that matches, the end of the
// string, or the character that ends a number or a word.
func (s *jsonStream) extent() error {
	s.buf = s.buf[:0]
	depth, quoted := 0, false
	for {
		c, err := s.in.ReadByte()
		if err != nil {
			if err == io.EOF && depth == 0 && !quoted && len(s.buf) > 0 {
				return nil
			}
			return s.cut(s.broken(err))
		}
		if c == '\n' {
			if quoted || s.oneLine {
				s.line++
				return mishap{"import.syntax", s.line - 1}
			}
			if depth > 0 {
				s.line++
			}
		}
		if quoted {
			s.buf = append(s.buf, c)
			switch c {
			case '\\':
				if c, err = s.in.ReadByte(); err != nil {
					return s.cut(s.broken(err))
				}
				s.buf = append(s.buf, c)
			case '"':
				if quoted = false; depth == 0 {
					return nil
				}
			}
		} else if done, taken := s.plain(c, &depth, &quoted); done {
			if !taken {
				return s.in.UnreadByte()
			}
			return nil
		}
		if len(s.buf) > MaxDocument {
			return mishap{"import.document-too-big", s.line}
		}
	}
}

// plain takes a character outside strings; done at the end of the value.
func (s *jsonStream) plain(c byte, depth *int, quoted *bool) (done, taken bool) {
	switch c {
	case '"':
		if *depth == 0 && len(s.buf) > 0 {
			return true, false
		}
		*quoted = true
	case '{', '[':
		*depth++
	case '}', ']':
		if *depth--; *depth <= 0 {
			if *depth < 0 {
				return true, false
			}
			s.buf = append(s.buf, c)
			return true, true
		}
	case ',', ':', ' ', '\t', '\r', '\n':
		if *depth == 0 {
			return true, false
		}
	}
	s.buf = append(s.buf, c)
	return false, false
}

// resume finds a place to go on after a mishap: with JSON lines the next line.
// A document that spreads over lines has no such place.
func (s *jsonStream) resume(start int, bad mishap) bool {
	if bad.code == "import.document-too-big" || bad.line != start {
		return false
	}
	if s.line > start { // its end has been read
		return true
	}
	for {
		_, err := s.in.ReadSlice('\n')
		if err == bufio.ErrBufferFull {
			continue
		}
		s.line++
		return err == nil
	}
}
