package cli

import (
	"fmt"
	"strings"

	"github.com/alecthomas/kong"
)

type completionVerb struct {
	Shell string `arg:"" name:"shell"`
}

// Run prints the completion script of a shell, made from the same model that
// parses the words.
func (v *completionVerb) Run(s *session) error {
	script, ok := map[string]func(*kong.Node, *session) string{"bash": bashScript, "zsh": zshScript, "fish": fishScript}[v.Shell]
	if !ok {
		return misuse("cli.shell", "value", v.Shell)
	}
	_, err := fmt.Fprint(s.Out, script(s.model.Node, s))
	return err
}

// table lists for every verb the words that may follow it.
func completions(root *kong.Node) (rows [][2]string) {
	var visit func(*kong.Node)
	visit = func(node *kong.Node) {
		var words []string
		for _, child := range node.Children {
			words = append(words, child.Name)
		}
		for _, group := range node.AllFlags(true) {
			for _, flag := range group {
				words = append(words, "--"+flag.Name)
			}
		}
		rows = append(rows, [2]string{dotted(node), strings.Join(append(words, "--help"), " ")})
		for _, child := range node.Children {
			visit(child)
		}
	}
	visit(root)
	return rows
}

func bashScript(root *kong.Node, _ *session) string {
	var b strings.Builder
	b.WriteString("_switchboard() {\n  local word path=\"\" words=\"\"\n  for word in \"${COMP_WORDS[@]:1:COMP_CWORD-1}\"; do\n    case \"$path/$word\" in\n")
	for _, row := range completions(root) {
		if row[0] == "" {
			continue
		}
		path := strings.Split(row[0], ".")
		parent := strings.Join(path[:len(path)-1], ".")
		fmt.Fprintf(&b, "      %s/%s) path=%s ;;\n", parent, path[len(path)-1], row[0])
	}
	b.WriteString("    esac\n  done\n  case \"$path\" in\n")
	for _, row := range completions(root) {
		fmt.Fprintf(&b, "    %q) words=%q ;;\n", row[0], row[1])
	}
	b.WriteString("  esac\n  COMPREPLY=($(compgen -W \"$words\" -- \"${COMP_WORDS[COMP_CWORD]}\"))\n}\ncomplete -o default -F _switchboard switchboard\n")
	return b.String()
}

func zshScript(root *kong.Node, s *session) string {
	return "#compdef switchboard\nautoload -U +X bashcompinit && bashcompinit\n" + bashScript(root, s)
}

func fishScript(root *kong.Node, s *session) string {
	var b strings.Builder
	var visit func(*kong.Node)
	visit = func(node *kong.Node) {
		condition := fishCondition(node)
		for _, child := range node.Children {
			fmt.Fprintf(&b, "complete -c switchboard -f -n %s -a %s -d %s\n", quoted(condition), child.Name, quoted(s.sentence(child)))
			visit(child)
		}
		for _, flag := range node.Flags {
			fmt.Fprintf(&b, "complete -c switchboard -n %s -l %s -d %s\n", quoted(condition), flag.Name, quoted(s.t("flag."+flag.Name)))
		}
	}
	visit(root)
	return b.String()
}

// fishCondition: the words of the verb have been typed, none of its own verbs.
func fishCondition(node *kong.Node) string {
	if node.Parent == nil {
		return "__fish_use_subcommand"
	}
	var seen []string
	for _, word := range strings.Split(dotted(node), ".") {
		seen = append(seen, "__fish_seen_subcommand_from "+word)
	}
	for _, child := range node.Children {
		seen = append(seen, "not __fish_seen_subcommand_from "+child.Name)
	}
	return strings.Join(seen, "; and ")
}

func quoted(text string) string { return "'" + strings.ReplaceAll(text, "'", `'\''`) + "'" }

type manVerb struct{}

// Run prints the manual page in roff.
func (v *manVerb) Run(s *session) error {
	var b strings.Builder
	b.WriteString(".TH SWITCHBOARD 1\n.SH " + roff(s.t("cli.man.name")) + "\nswitchboard \\- " + roff(s.t("help.switchboard")) + "\n")
	b.WriteString(".SH " + roff(s.t("cli.man.synopsis")) + "\n.B switchboard\n.I COMMAND\n[\\-\\-flags]\n")
	b.WriteString(".SH " + roff(s.t("cli.man.commands")) + "\n")
	for _, leaf := range s.model.Leaves(true) {
		fmt.Fprintf(&b, ".TP\n.B %s\n%s\n", roff(strings.TrimSuffix(usageLine(leaf), " [--flags]")), roff(s.sentence(leaf)))
		s.manFlags(&b, leaf.Flags)
	}
	b.WriteString(".SH " + roff(s.t("cli.man.flags")) + "\n")
	s.manFlags(&b, s.model.Flags)
	b.WriteString(".SH " + roff(s.t("cli.man.exit")) + "\n")
	for _, code := range []string{"0", "1", "2", "3", "4", "5", "6", "7", "130"} {
		fmt.Fprintf(&b, ".TP\n.B %s\n%s\n", code, roff(s.t("cli.exit."+code)))
	}
	fmt.Fprintf(&b, ".SH %s\n%s\n", roff(s.t("cli.man.environment")), roff(s.t("cli.man.environment-text")))
	_, err := fmt.Fprint(s.Out, b.String())
	return err
}

func (s *session) manFlags(b *strings.Builder, flags []*kong.Flag) {
	if len(flags) == 0 {
		return
	}
	b.WriteString(".RS\n")
	for _, row := range flagRows(s, flags) {
		fmt.Fprintf(b, ".TP\n.B %s\n%s\n", roff(strings.TrimSpace(row[0])), roff(row[1]))
	}
	b.WriteString(".RE\n")
}

// roff escapes what roff would take for itself.
func roff(text string) string {
	text = strings.NewReplacer(`\`, `\e`, "-", `\-`).Replace(oneLine(text))
	if strings.HasPrefix(text, ".") || strings.HasPrefix(text, "'") {
		text = `\&` + text
	}
	return text
}
