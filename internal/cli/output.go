package cli

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"time"
	"unicode"

	"github.com/mattn/go-runewidth"

	"switchboard/internal/text"
	"switchboard/wire"
)

// say talks on stderr, unless -q.
func (s *session) say(key string, args ...any) {
	if s.g == nil || !s.g.Quiet {
		fmt.Fprintln(s.Err, oneLine(s.t(key, args...)))
	}
}

// rows prints a list in the format that is wanted. Columns are paths into the
// objects ("publisher.name"); what is JSON on the wire is JSON here, whole.
func (s *session) rows(columns []string, items []map[string]any, next string) error {
	format, err := s.formatOf()
	if err != nil {
		return err
	}
	switch format {
	case "json":
		return s.json(wire.Page[map[string]any]{Items: items, Next: next})
	case "jsonl":
		for _, item := range items {
			if err := s.json(item); err != nil {
				return err
			}
		}
		return nil
	case "csv":
		return s.csv(columns, items)
	}
	if len(items) == 0 { // silence in a pipe would look like a program that did not work
		s.say("cli.list.none")
	}
	return s.lines(format == "table", columns, items)
}

// object prints one object: as fields for people, as it is for programs.
func (s *session) object(object any) error {
	format, err := s.formatOf()
	if err != nil {
		return err
	}
	if format == "json" || format == "jsonl" {
		return s.json(object)
	}
	fields, err := generic(object)
	if err != nil {
		return err
	}
	return s.fields(format, fields)
}

// fields prints an object path by path.
func (s *session) fields(format string, object map[string]any) error {
	var rows []map[string]any
	for _, f := range flattened("", object) {
		rows = append(rows, map[string]any{"field": f[0], "value": f[1]})
	}
	if format == "csv" {
		return s.csv([]string{"field", "value"}, rows)
	}
	return s.lines(format == "table", []string{"field", "value"}, rows)
}

// generic is an object as its JSON reads.
func generic(object any) (map[string]any, error) {
	data, err := json.Marshal(object)
	if err != nil {
		return nil, err
	}
	var out map[string]any
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.UseNumber()
	return out, dec.Decode(&out)
}

// json writes one value on a line of its own.
func (s *session) json(v any) error {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if format, _ := s.formatOf(); s.tty && format == "json" {
		enc.SetIndent("", "  ")
	}
	if err := enc.Encode(v); err != nil {
		return err
	}
	_, err := s.Out.Write(harmless(b.Bytes()))
	return err
}

// harmless writes characters that steer a terminal as escapes: the same JSON.
func harmless(data []byte) []byte {
	if !bytes.ContainsFunc(data, steers) {
		return data
	}
	var out bytes.Buffer
	for _, r := range string(data) {
		if steers(r) {
			fmt.Fprintf(&out, `\u%04x`, r)
		} else {
			out.WriteRune(r)
		}
	}
	return out.Bytes()
}

func steers(r rune) bool {
	return r != '\n' && unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r)
}

// oneLine strips everything from a text that is not to be seen.
func oneLine(s string) string {
	line, err := text.Line(strings.ToValidUTF8(strings.ReplaceAll(s, "\x00", ""), "\uFFFD"))
	if err != nil {
		return ""
	}
	return line
}

// csv has the paths as its head, and no cell that a spreadsheet would take for
// a formula.
func (s *session) csv(columns []string, items []map[string]any) error {
	w := csv.NewWriter(s.Out)
	if err := w.Write(columns); err != nil {
		return err
	}
	for _, item := range items {
		record := make([]string, len(columns))
		for i, column := range columns {
			record[i] = formulaSafe(s.cell(item, column, false))
		}
		if err := w.Write(record); err != nil {
			return err
		}
	}
	w.Flush()
	return w.Error()
}

func formulaSafe(cell string) string {
	if cell != "" && strings.ContainsRune("=+-@\t\r", rune(cell[0])) {
		return "'" + cell
	}
	return cell
}

// lines prints a table with a head and aligned columns, or, plain, one line
// per item with tabs between.
func (s *session) lines(table bool, columns []string, items []map[string]any) error {
	grid := make([][]string, 0, len(items)+1)
	if table {
		head := make([]string, len(columns))
		for i, column := range columns {
			head[i] = strings.ToUpper(s.t("column." + strings.ReplaceAll(column, ".", "-")))
		}
		grid = append(grid, head)
	}
	for _, item := range items {
		row := make([]string, len(columns))
		for i, column := range columns {
			row[i] = s.cell(item, column, table)
		}
		grid = append(grid, row)
	}
	if !table {
		return writeGrid(s.Out, grid, "\t", nil)
	}
	return writeGrid(s.Out, grid, "  ", widths(grid))
}

func widths(grid [][]string) []int {
	var out []int
	for _, row := range grid {
		for i, cell := range row {
			if i == len(out) {
				out = append(out, 0)
			}
			out[i] = max(out[i], runewidth.StringWidth(cell))
		}
	}
	return out
}

func writeGrid(w io.Writer, grid [][]string, between string, widths []int) error {
	var b strings.Builder
	for _, row := range grid {
		for i, cell := range row {
			b.WriteString(cell)
			if i == len(row)-1 {
				break
			}
			if widths != nil {
				b.WriteString(strings.Repeat(" ", widths[i]-runewidth.StringWidth(cell)))
			}
			b.WriteString(between)
		}
		b.WriteByte('\n')
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// cell is the text of a path in an object.
func (s *session) cell(item map[string]any, path string, relative bool) string {
	var value any = item
	for step := range strings.SplitSeq(path, ".") {
		inner, ok := value.(map[string]any)
		if !ok {
			return ""
		}
		value = inner[step]
	}
	return s.valueText(value, relative)
}

func (s *session) valueText(value any, relative bool) string {
	switch v := value.(type) {
	case nil:
		return ""
	case string:
		if relative {
			return oneLine(s.timeText(v))
		}
		return oneLine(v)
	case bool:
		if relative {
			return s.t(map[bool]string{true: "cli.yes", false: "cli.no"}[v])
		}
	case []any:
		parts := make([]string, len(v))
		for i := range v {
			parts[i] = s.valueText(v[i], relative)
		}
		return strings.Join(parts, ",")
	case map[string]any: // a text in several languages
		for _, tag := range []string{string(s.lang), "en"} {
			if word, ok := v[tag].(string); ok {
				return oneLine(word)
			}
		}
		data, err := json.Marshal(v)
		if err == nil {
			return oneLine(string(data))
		}
	}
	return oneLine(fmt.Sprint(value))
}

// timeText: people read times relative to now, programs as they are.
func (s *session) timeText(v string) string {
	t, err := time.Parse(time.RFC3339, v)
	if err != nil {
		return v
	}
	return s.printer().Relative(t.In(s.zone), s.Now().In(s.zone))
}

// flattened lists the leaves of an object with their paths, in order.
func flattened(prefix string, value any) (out [][2]string) {
	switch v := value.(type) {
	case map[string]any:
		for _, key := range sortedKeys(v) {
			out = append(out, flattened(strings.TrimPrefix(prefix+"."+key, "."), v[key])...)
		}
	case []any:
		for i, inner := range v {
			out = append(out, flattened(fmt.Sprintf("%s[%d]", prefix, i), inner)...)
		}
	case nil:
	default:
		out = append(out, [2]string{prefix, oneLine(fmt.Sprint(v))})
	}
	return out
}
