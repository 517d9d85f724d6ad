package cli

import (
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	"github.com/alecthomas/kong"
	"go.yaml.in/yaml/v3"

	"switchboard/internal/fault"
	"switchboard/internal/text"
)

// settings are the flags that may also come from SWITCHBOARD_* and from a
// file, in this order of strength: flag, environment, file, default.
var settings = []string{"server", "token-file", "data-dir", "db", "company", "person", "lang", "tz", "output", "no-color", "no-progress", "no-input",
	"listen", "base-url", "rate", "log"}

// defaults of the settings that have one.
var defaults = map[string]string{"data-dir": "switchboard-data", "listen": "127.0.0.1:8080", "rate": "6000", "log": "text"}

// config is what the environment and the files say.
type config struct {
	loaded bool
	values map[string]configured
}

type configured struct{ value, origin string }

// envName is the variable of a setting: data-dir -> SWITCHBOARD_DATA_DIR.
func envName(setting string) string {
	return "SWITCHBOARD_" + strings.ToUpper(strings.ReplaceAll(setting, "-", "_"))
}

// configFiles are read when --config names none; the first that has a setting
// wins.
func (s *session) configFiles() []string {
	home := s.Env("XDG_CONFIG_HOME")
	if home == "" && s.Env("HOME") != "" {
		home = filepath.Join(s.Env("HOME"), ".config")
	}
	files := []string{"switchboard.yaml"}
	if home != "" {
		files = append(files, filepath.Join(home, "switchboard", "switchboard.yaml"))
	}
	return append(files, "/etc/switchboard/switchboard.yaml")
}

// load reads the files and lays the environment over them.
func (s *session) load(named string) error {
	if s.config.loaded {
		return nil
	}
	s.config = config{loaded: true, values: map[string]configured{}}
	files := s.configFiles()
	if named == "" {
		named = s.Env("SWITCHBOARD_CONFIG")
	}
	if named != "" {
		files = []string{named}
	}
	for i := len(files) - 1; i >= 0; i-- {
		if err := s.loadFile(files[i], named != ""); err != nil {
			return err
		}
	}
	for _, name := range settings {
		if value := s.Env(envName(name)); value != "" {
			s.config.values[name] = configured{value, envName(name)}
		}
	}
	return nil
}

func (s *session) loadFile(file string, mustExist bool) error {
	data, err := os.ReadFile(file)
	if errors.Is(err, os.ErrNotExist) && !mustExist {
		return nil
	}
	if err != nil {
		return fileFault(err, file)
	}
	var values map[string]yaml.Node
	if err := yaml.Unmarshal(data, &values); err != nil {
		return fault.Wrap(err, fault.Invalid, "cli.config-syntax", "file", file)
	}
	for name, node := range values {
		if !known(name) {
			return unknownSetting(name, file, node.Line)
		}
		s.config.values[name] = configured{node.Value, fmt.Sprintf("%s:%d", file, node.Line)}
	}
	return nil
}

func known(name string) bool {
	for _, setting := range settings {
		if setting == name {
			return true
		}
	}
	return false
}

func unknownSetting(name, file string, line int) error {
	where := fmt.Sprintf("%s:%d", file, line)
	if near, ok := text.Nearest(name, settings); ok {
		return fault.New(fault.Invalid, "cli.config-unknown-near", "name", name, "file", where, "near", near)
	}
	return fault.New(fault.Invalid, "cli.config-unknown", "name", name, "file", where)
}

// settingsResolver gives kong what no flag says.
type settingsResolver struct{ s *session }

// Validate has nothing to check: load does, with the file and line.
func (r settingsResolver) Validate(*kong.Application) error { return nil }

// Resolve gives the value of a flag from the environment or a file, else its
// default.
func (r settingsResolver) Resolve(ctx *kong.Context, _ *kong.Path, flag *kong.Flag) (any, error) {
	if !known(flag.Name) {
		return nil, nil
	}
	if err := r.s.load(r.s.namedConfig(ctx)); err != nil {
		return nil, err
	}
	if from, ok := r.s.config.values[flag.Name]; ok {
		return from.value, nil
	}
	if value, ok := defaults[flag.Name]; ok {
		return value, nil
	}
	return nil, nil
}

// namedConfig is the value of --config, looked up before it is applied.
func (s *session) namedConfig(ctx *kong.Context) string {
	for _, path := range ctx.Path {
		if path.Flag != nil && path.Flag.Name == "config" {
			if value, ok := ctx.FlagValue(path.Flag).(string); ok {
				return value
			}
		}
	}
	return ""
}

type configVerbs struct {
	Show  configShow  `cmd:""`
	Check configCheck `cmd:""`
}

type configShow struct{}

// Run prints every setting with its value and where it comes from.
func (configShow) Run(s *session) error {
	if err := s.load(s.g.Config); err != nil {
		return err
	}
	var rows []map[string]any
	for _, name := range settings {
		value, origin := s.settingOf(name)
		rows = append(rows, map[string]any{"setting": name, "value": masked(name, value), "origin": origin})
	}
	return s.rows([]string{"setting", "value", "origin"}, rows, "")
}

// settingOf tells a setting's value and its origin.
func (s *session) settingOf(name string) (value, origin string) {
	for _, path := range s.parsed.Path {
		if path.Flag != nil && !path.Resolved && path.Flag.Name == name {
			return fmt.Sprint(s.parsed.FlagValue(path.Flag)), "--" + name
		}
	}
	if from, ok := s.config.values[name]; ok {
		return from.value, from.origin
	}
	return defaults[name], s.t("cli.default")
}

// masked hides what must not stand on a screen: the password of a DSN.
func masked(name, value string) string {
	if name != "db" && name != "server" && name != "base-url" || value == "" {
		return value
	}
	u, err := url.Parse(value)
	if err != nil {
		return "***"
	}
	if _, has := u.User.Password(); has {
		u.User = url.UserPassword(u.User.Username(), "***")
	}
	q := u.Query()
	if q.Has("password") {
		q.Set("password", "***")
		u.RawQuery = q.Encode()
	}
	return strings.ReplaceAll(u.String(), "%2A%2A%2A", "***")
}

type configCheck struct{}

// Run reads the files and the environment, and opens nothing.
func (configCheck) Run(s *session) error {
	if err := s.load(s.g.Config); err != nil {
		return err
	}
	s.say("cli.config-ok")
	return nil
}
