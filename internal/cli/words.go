package cli

import (
	"slices"
	"strings"

	"github.com/alecthomas/kong"

	"switchboard/internal/text"
)

// before looks at the words before they are parsed: help is asked for, or a
// word is unknown and the nearest known one is named.
func (s *session) before(parser *kong.Kong) (done bool, err error) {
	node, err := s.walk(parser.Model.Node)
	if err != nil {
		return false, err
	}
	switch {
	case s.asksHelp():
		return true, s.help(s.Out, node)
	case !node.Leaf() && len(s.Args) == 0:
		return true, s.help(s.Out, node)
	case !node.Leaf():
		return false, misuse("cli.verb-missing", "command", strings.TrimSpace(node.FullPath()))
	}
	return false, nil
}

// asksHelp: before "--", which ends the flags.
func (s *session) asksHelp() bool {
	for _, arg := range s.Args {
		if arg == "--" {
			return false
		}
		if arg == "--help" || arg == "-h" {
			return true
		}
	}
	return false
}

// walk follows the words down to the verb that they name.
func (s *session) walk(root *kong.Node) (*kong.Node, error) {
	node := root
	words := s.Args
	if len(words) > 0 && words[0] == "help" {
		words = append(slices.Clone(words[1:]), "--help")
		s.Args = words
	}
	for i := 0; i < len(words); i++ {
		word := words[i]
		switch {
		case word == "--":
			return node, nil
		case word == "-h" || word == "--help" || word == "-":
		case strings.HasPrefix(word, "-"):
			flag, err := flagOf(node, word)
			if err != nil {
				return nil, err
			}
			if flag != nil && !flag.IsBool() && !strings.Contains(word, "=") && !(len(word) > 2 && word[1] != '-') {
				i++ // its value
			}
		case node.Leaf():
		default:
			child, err := childOf(node, word)
			if err != nil {
				return nil, err
			}
			node = child
		}
	}
	return node, nil
}

func childOf(node *kong.Node, word string) (*kong.Node, error) {
	var names []string
	for _, child := range node.Children {
		if child.Name == word {
			return child, nil
		}
		names = append(names, child.Name)
	}
	if near, ok := text.Nearest(word, names); ok {
		return nil, misuse("cli.unknown-near", "word", word, "near", strings.TrimSpace(node.FullPath()+" "+near))
	}
	return nil, misuse("cli.unknown", "word", word, "command", strings.TrimSpace(node.FullPath()))
}

// flagOf finds a flag of a verb or of what stands above it.
func flagOf(node *kong.Node, word string) (*kong.Flag, error) {
	name, _, _ := strings.Cut(word, "=")
	var names []string
	for _, group := range node.AllFlags(false) {
		for _, flag := range group {
			long := "--" + flag.Name
			if name == long || name == "--no-"+flag.Name && flag.Tag.Negatable != "" || flag.Short != 0 && strings.HasPrefix(word, "-"+string(flag.Short)) && word[1] != '-' {
				return flag, nil
			}
			names = append(names, long)
		}
	}
	if near, ok := text.Nearest(name, names); ok {
		return nil, misuse("cli.unknown-near", "word", name, "near", near)
	}
	return nil, misuse("cli.unknown-flag", "word", name, "command", strings.TrimSpace(node.FullPath()))
}
