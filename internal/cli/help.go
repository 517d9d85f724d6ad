package cli

import (
	"fmt"
	"io"
	"strings"

	"github.com/alecthomas/kong"
)

// help prints one screen about a verb, from the same model that parses it.
func (s *session) help(w io.Writer, node *kong.Node) error {
	var b strings.Builder
	fmt.Fprintf(&b, "%s\n\n", s.sentence(node))
	fmt.Fprintf(&b, "%s\n  %s\n", s.t("cli.help.usage"), usageLine(node))
	if example := "example." + dotted(node); s.printer().Has(example) {
		fmt.Fprintf(&b, "\n%s\n  %s\n", s.t("cli.help.examples"), strings.ReplaceAll(s.t(example), "\n", "\n  "))
	}
	s.section(&b, "cli.help.arguments", argumentRows(s, node))
	s.section(&b, "cli.help.commands", commandRows(s, node))
	s.section(&b, "cli.help.flags", flagRows(s, node.Flags))
	if node.Parent != nil {
		fmt.Fprintf(&b, "\n%s\n", s.t("cli.help.more"))
	} else {
		fmt.Fprintf(&b, "\n%s\n", s.t("cli.help.exit"))
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// dotted is the path of a verb in catalog keys: "offer.list".
func dotted(node *kong.Node) string {
	words := strings.Fields(node.FullPath())
	return strings.Join(words[1:], ".")
}

// sentence says what a verb does; the verbs that all nouns have share theirs.
func (s *session) sentence(node *kong.Node) string {
	path := dotted(node)
	if path == "" {
		return s.t("help.switchboard")
	}
	if key := "help." + path; s.printer().Has(key) {
		return s.t(key)
	}
	return s.t("help.verb." + node.Name)
}

func usageLine(node *kong.Node) string {
	parts := []string{strings.TrimSpace(node.FullPath())}
	for _, arg := range node.Positional {
		parts = append(parts, argumentWord(arg))
	}
	if len(node.Children) > 0 {
		parts = append(parts, "COMMAND")
	}
	return strings.Join(append(parts, "[--flags]"), " ")
}

func argumentWord(arg *kong.Value) string {
	word := strings.ToUpper(arg.Name)
	if arg.IsCumulative() {
		word += "..."
	}
	if !arg.Required {
		return "[" + word + "]"
	}
	return word
}

func (s *session) section(b *strings.Builder, title string, rows [][2]string) {
	if len(rows) == 0 {
		return
	}
	width := 0
	for _, row := range rows {
		width = max(width, len(row[0]))
	}
	fmt.Fprintf(b, "\n%s\n", s.t(title))
	for _, row := range rows {
		fmt.Fprintf(b, "  %-*s  %s\n", width, row[0], row[1])
	}
}

func argumentRows(s *session, node *kong.Node) (rows [][2]string) {
	for _, arg := range node.Positional {
		rows = append(rows, [2]string{argumentWord(arg), s.t("arg." + arg.Name)})
	}
	return rows
}

func commandRows(s *session, node *kong.Node) (rows [][2]string) {
	for _, child := range node.Children {
		rows = append(rows, [2]string{child.Name, s.sentence(child)})
	}
	return rows
}

func flagRows(s *session, flags []*kong.Flag) (rows [][2]string) {
	for _, flag := range flags {
		if flag.Hidden {
			continue
		}
		rows = append(rows, [2]string{flagWord(flag), s.t("flag." + flag.Name)})
	}
	return rows
}

func flagWord(flag *kong.Flag) string {
	word := "    --" + flag.Name
	if flag.Short != 0 {
		word = "-" + string(flag.Short) + ", --" + flag.Name
	}
	if !flag.IsBool() {
		word += " " + placeholder(flag)
	}
	return word
}

func placeholder(flag *kong.Flag) string {
	if flag.PlaceHolder != "" {
		return flag.PlaceHolder
	}
	return strings.ToUpper(strings.ReplaceAll(flag.Name, "-", "_"))
}
