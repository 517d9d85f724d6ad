package cli

import (
	"bytes"
	"context"
	"strings"
	"testing"
	"time"

	"github.com/alecthomas/kong"

	"switchboard/internal/i18n"
)

// run is a command line without a process.
func run(t *testing.T, env map[string]string, args ...string) (code int, out, talk string) {
	t.Helper()
	var stdout, stderr bytes.Buffer
	code = Run(context.Background(), Process{Args: args, Env: func(name string) string { return env[name] }, In: strings.NewReader(""), Out: &stdout, Err: &stderr,
		Now: func() time.Time { return time.Date(2026, 11, 20, 10, 0, 0, 0, time.UTC) }})
	return code, stdout.String(), stderr.String()
}

func model(t *testing.T) *kong.Application {
	t.Helper()
	parser, err := kong.New(&grammar{}, kong.Name("switchboard"), kong.NoDefaultHelp())
	if err != nil {
		t.Fatal(err)
	}
	return parser.Model
}

func everyNode(root *kong.Node, visit func(*kong.Node)) {
	visit(root)
	for _, child := range root.Children {
		everyNode(child, visit)
	}
}

// Every verb, argument and flag has its sentence in every language.
func TestEveryWordIsExplained(t *testing.T) {
	root := model(t).Node
	for _, lang := range i18n.Langs() {
		s := &session{lang: lang}
		everyNode(root, func(node *kong.Node) {
			if text := s.sentence(node); strings.HasPrefix(text, "help.") {
				t.Errorf("%s: %s has no sentence", lang, node.FullPath())
			}
			for _, arg := range node.Positional {
				if !s.printer().Has("arg." + arg.Name) {
					t.Errorf("%s: %s %s has no sentence", lang, node.FullPath(), arg.Name)
				}
			}
			for _, flag := range node.Flags {
				if !s.printer().Has("flag." + flag.Name) {
					t.Errorf("%s: %s --%s has no sentence", lang, node.FullPath(), flag.Name)
				}
			}
		})
	}
}

// Every column has a head in every language.
func TestEveryColumnHasAHead(t *testing.T) {
	for _, lang := range i18n.Langs() {
		p := i18n.For(lang)
		for _, n := range []noun{offers, companies, relations, subscriptions, agreements, people} {
			for _, column := range n.columns {
				if !p.Has("column." + strings.ReplaceAll(column, ".", "-")) {
					t.Errorf("%s: %s has no head", lang, column)
				}
			}
		}
	}
}

// --help works for every verb, in every language, without any data.
func TestHelpIsEverywhere(t *testing.T) {
	everyNode(model(t).Node, func(node *kong.Node) {
		words := strings.Fields(node.FullPath())[1:]
		for _, lang := range i18n.Langs() {
			code, out, talk := run(t, map[string]string{"LANG": string(lang)}, append(words, "--help")...)
			if code != 0 || !strings.Contains(out, node.FullPath()) || talk != "" {
				t.Errorf("%s %v: %d %q %q", lang, words, code, out, talk)
			}
		}
	})
}

// Spec 3 section 1: an unknown word names the nearest known one; usage is 2.
func TestUnknownWordsNameTheNearest(t *testing.T) {
	for _, test := range []struct{ args, want string }{
		{"whoo", "“switchboard who”"},
		{"ofer list", "“switchboard offer”"},
		{"offer lsit", "“switchboard offer list”"},
		{"who --suscription x", "“--subscription”"},
		{"rules pubish f", "“switchboard rules publish”"},
		{"--jsn who", "“--json”"},
		{"xyzzy", "“xyzzy”"},
		{"offer", "“switchboard offer” needs"},
		{"offer show", "switchboard offer show --help"},
		{"who --severity", "switchboard"},
	} {
		code, out, talk := run(t, nil, strings.Fields(test.args)...)
		if code != exitUsage || out != "" || !strings.Contains(talk, test.want) {
			t.Errorf("%s: %d %q %q", test.args, code, out, talk)
		}
	}
}

// The reader's language: --lang before SWITCHBOARD_LANG before LC_ALL before
// LANG, else English.
func TestTheReadersLanguage(t *testing.T) {
	for _, test := range []struct {
		env  map[string]string
		args []string
		want string
	}{
		{nil, nil, "There is no"},
		{map[string]string{"LANG": "ja_JP.UTF-8"}, nil, "はありません"},
		{map[string]string{"LANG": "ja_JP.UTF-8", "LC_ALL": "zh_TW.UTF-8"}, nil, "沒有"},
		{map[string]string{"LANG": "ja_JP.UTF-8", "LC_ALL": "C"}, nil, "There is no"},
		{map[string]string{"LANG": "ja_JP.UTF-8", "SWITCHBOARD_LANG": "zh-TW"}, nil, "沒有"},
		{map[string]string{"SWITCHBOARD_LANG": "zh-TW"}, []string{"--lang", "ja"}, "はありません"},
		{map[string]string{"SWITCHBOARD_LANG": "zh-TW"}, []string{"--lang=en"}, "There is no"},
	} {
		_, _, talk := run(t, test.env, append(test.args, "whoo")...)
		if !strings.Contains(talk, test.want) {
			t.Errorf("%v %v: %q", test.env, test.args, talk)
		}
	}
}
