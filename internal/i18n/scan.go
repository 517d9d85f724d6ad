package i18n

import (
	"encoding/json"
	"fmt"
	"strings"
)

// scanner reads the part of JSON that catalogs are written in: objects of
// texts. encoding/json takes four times as long, and a language is read while
// somebody waits for the first answer.
type scanner struct{ rest string }

// peek gives the next byte that is no white space, 0 at the end.
func (s *scanner) peek() byte {
	s.rest = strings.TrimLeft(s.rest, " \t\r\n")
	if s.rest == "" {
		return 0
	}
	return s.rest[0]
}

// done tells whether only white space is left.
func (s *scanner) done() bool {
	s.peek()
	return s.rest == ""
}

func (s *scanner) take(want byte) error {
	if s.peek() != want || want == 0 {
		return fmt.Errorf("expected %q at %.40q", want, s.rest)
	}
	s.rest = s.rest[1:]
	return nil
}

// object calls value for each key; value reads what belongs to it.
func (s *scanner) object(value func(key string) error) error {
	if err := s.take('{'); err != nil {
		return err
	}
	if s.peek() == '}' {
		return s.take('}')
	}
	for {
		key, err := s.text()
		if err != nil {
			return err
		}
		if err := s.take(':'); err != nil {
			return fmt.Errorf("%s: %w", key, err)
		}
		if err := value(key); err != nil {
			return fmt.Errorf("%s: %w", key, err)
		}
		if s.peek() == '}' {
			return s.take('}')
		}
		if err := s.take(','); err != nil {
			return err
		}
	}
}

// text reads a string; the few with escapes are left to encoding/json.
func (s *scanner) text() (string, error) {
	if err := s.take('"'); err != nil {
		return "", err
	}
	for i := 0; i < len(s.rest); i++ {
		switch c := s.rest[i]; {
		case c == '"':
			text := s.rest[:i]
			s.rest = s.rest[i+1:]
			return text, nil
		case c == '\\':
			return s.escaped(i)
		case c < ' ':
			return "", fmt.Errorf("control character in %.40q", s.rest)
		}
	}
	return "", fmt.Errorf("a text without an end: %.40q", s.rest)
}

func (s *scanner) escaped(at int) (text string, err error) {
	for i := at; i < len(s.rest); i++ {
		switch s.rest[i] {
		case '\\':
			i++
		case '"':
			err = json.Unmarshal([]byte(`"`+s.rest[:i+1]), &text)
			s.rest = s.rest[i+1:]
			return text, err
		}
	}
	return "", fmt.Errorf("a text without an end: %.40q", s.rest)
}

// skip passes over a note: a text or a word (true, false, null, a number).
func (s *scanner) skip() error {
	if s.peek() == '"' {
		_, err := s.text()
		return err
	}
	word := strings.IndexAny(s.rest, ",}\n")
	if word < 1 {
		return fmt.Errorf("no value at %.40q", s.rest)
	}
	s.rest = s.rest[word:]
	return nil
}
