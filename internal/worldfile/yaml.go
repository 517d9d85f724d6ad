package worldfile

import (
	"bufio"
	"bytes"
	"io"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"

	"switchboard/internal/directory"
)

// yaml reads documents one after the other, so that memory holds only one.
func (rd *reading) yaml(in *bufio.Reader) error {
	docs := &splitter{in: in, line: 1}
	for {
		start, data, err := docs.next()
		switch {
		case err == io.EOF:
			return nil
		case err == errTooBig:
			rd.wrong(start, "", "import.document-too-big", "max", MaxDocument>>20)
			return nil
		case err != nil:
			return unreadable(err, rd.name)
		}
		if err := rd.yamlDocument(data, start); err != nil {
			return err
		}
	}
}

func (rd *reading) yamlDocument(data []byte, start int) error {
	if code, line := unfit(data); code != "" {
		rd.wrong(start+line, "", code)
		return nil
	}
	if bytes.HasPrefix(data, []byte("%YAML")) {
		data[0] = '#' // the library knows 1.1 alone, but what we read is the same in 1.2
	}
	var tree yaml.Node
	if err := yaml.Unmarshal(data, &tree); err != nil {
		rd.syntax(err, data, start)
		return nil
	}
	if len(tree.Content) == 0 { // only comments
		return nil
	}
	rd.offset = start - 1
	return rd.world(tree.Content[0])
}

// world reads the sections of a document.
func (rd *reading) world(n *yaml.Node) error {
	line := n.Line + rd.offset
	if n.Kind == yaml.ScalarNode && n.Tag == "!!null" {
		return nil
	}
	if n.Kind != yaml.MappingNode {
		rd.wrong(line, "", "import.not-a-world")
		return nil
	}
	d := rd.begin()
	for i := 0; i+1 < len(n.Content); i += 2 {
		key, value := n.Content[i], n.Content[i+1]
		if !rd.key(d, key.Value, key.Line+rd.offset) {
			continue
		}
		var err error
		switch key.Value {
		case versionKey:
			rd.version(d, value, key.Line+rd.offset)
		case policiesKey:
			err = rd.policies(value)
		default:
			err = rd.rows(sections[key.Value], key.Value, value)
		}
		if err != nil {
			return err
		}
	}
	rd.end(d, line)
	return nil
}

func (rd *reading) policies(n *yaml.Node) error {
	at := path{name: policiesKey}
	switch {
	case n.Kind == yaml.ScalarNode && n.Tag == "!!null":
		return nil
	case n.Kind != yaml.MappingNode:
		rd.decoder.wrongType(n, &at, "object")
		return nil
	}
	seen := false
	for i := 0; i+1 < len(n.Content); i += 2 {
		key := n.Content[i]
		switch {
		case key.Value != refundKey:
			rd.decoder.unknownKey(key, &at, []string{refundKey})
		case seen:
			rd.report(key, &path{up: &at, name: refundKey}, "import.duplicate-key", "key", refundKey)
		default:
			seen = true
			if err := rd.rows(directory.Refunds, policiesKey+"."+refundKey, n.Content[i+1]); err != nil {
				return err
			}
		}
	}
	return nil
}

func (rd *reading) rows(noun directory.Noun, section string, n *yaml.Node) error {
	switch {
	case n.Kind == yaml.ScalarNode && n.Tag == "!!null":
		return nil
	case n.Kind != yaml.SequenceNode:
		rd.decoder.wrongType(n, &path{name: section}, "list")
		return nil
	}
	for i, item := range n.Content {
		if err := rd.row(noun, section, i, item); err != nil {
			return err
		}
	}
	return nil
}

var (
	yamlLine = regexp.MustCompile(`line (\d+)`)
	// The library counts lines from 1 when it scans and from 0 when it parses;
	// these are the messages of its parser.
	fromZero = regexp.MustCompile(`did not find expected (<|node content|'-' indicator|',' or|key)`)
)

// syntax reports what the parser could not read. Its English stays here: users
// get a sentence of their language and the line.
func (rd *reading) syntax(err error, data []byte, start int) {
	line := start
	if m := yamlLine.FindStringSubmatch(err.Error()); m != nil {
		if n, convErr := strconv.Atoi(m[1]); convErr == nil {
			if fromZero.MatchString(err.Error()) {
				n++
			}
			line = start - 1 + min(max(n, 1), 1+bytes.Count(data, []byte("\n")))
		}
	}
	code := "import.syntax"
	if strings.Contains(err.Error(), "max depth") {
		code = "import.too-deep"
	}
	rd.wrong(line, "", code, "format", "YAML")
}

// unfit finds what no document may hold, with the number of lines before it.
func unfit(data []byte) (code string, line int) {
	if i := bytes.IndexByte(data, 0); i >= 0 {
		return "import.nul", bytes.Count(data[:i], []byte("\n"))
	}
	if utf8.Valid(data) {
		return "", 0
	}
	i := 0
	for i < len(data) {
		r, size := utf8.DecodeRune(data[i:])
		if r == utf8.RuneError && size == 1 {
			break
		}
		i += size
	}
	return "import.not-utf8", bytes.Count(data[:i], []byte("\n"))
}

// splitter cuts a stream into documents: at a line that begins with --- or
// "...", which YAML allows nowhere else.
type splitter struct {
	in   *bufio.Reader
	line int    // of the next line to be read
	held []byte // the line that begins the next document
}

type tooBig struct{}

func (tooBig) Error() string { return "worldfile: document too big" }

var errTooBig error = tooBig{}

// next gives a document and the line on which it begins; io.EOF after the last.
func (s *splitter) next() (start int, data []byte, err error) {
	start = s.line
	if s.held != nil {
		start--
		data, s.held = s.held, nil
	}
	content := len(data) > 0
	for {
		line, err := s.readLine(MaxDocument - len(data))
		if err != nil && err != io.EOF {
			return start, nil, err
		}
		if len(line) == 0 && err == io.EOF {
			if len(data) == 0 {
				return start, nil, io.EOF
			}
			return start, data, nil
		}
		s.line++
		if isMark(line, "---") && content {
			s.held = line
			return start, data, nil
		}
		data = append(data, line...)
		if isMark(line, "...") {
			return start, data, nil
		}
		content = content || isContent(line)
	}
}

// readLine reads a line of at most limit bytes, with its end.
func (s *splitter) readLine(limit int) ([]byte, error) {
	var line []byte
	for {
		part, err := s.in.ReadSlice('\n')
		if line = append(line, part...); len(line) > limit {
			return nil, errTooBig
		}
		if err != bufio.ErrBufferFull {
			return line, err
		}
	}
}

func isMark(line []byte, mark string) bool {
	rest, ok := bytes.CutPrefix(line, []byte(mark))
	return ok && (len(rest) == 0 || rest[0] == ' ' || rest[0] == '\t' || rest[0] == '\n' || rest[0] == '\r')
}

// isContent: a comment or a directive belongs to the document after it.
func isContent(line []byte) bool {
	trimmed := bytes.TrimSpace(line)
	return len(trimmed) > 0 && trimmed[0] != '#' && line[0] != '%'
}
