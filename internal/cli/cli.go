// Package cli is the command line: one struct is its verbs, flags, help, man
// page and completions. Every verb talks to the API through package client; on
// this machine's own data over a handler in the same process, or to the server
// that holds the data directory, so that there is never a second writer.
package cli

import (
	"context"
	"errors"
	"io"
	"os"
	"time"

	"github.com/alecthomas/kong"

	"switchboard/client"
	"switchboard/internal/fault"
	"switchboard/internal/i18n"
)

// Process is the world around a run of the command line.
type Process struct {
	Args []string
	Env  func(name string) string
	In   io.Reader
	Out  io.Writer // data
	Err  io.Writer // talk
	Now  func() time.Time
}

// globals are the flags of every verb.
type globals struct {
	Server     string
	TokenFile  string `placeholder:"FILE"`
	DataDir    string `placeholder:"DIR"`
	DB         string `name:"db" placeholder:"DSN"`
	Config     string `placeholder:"FILE"`
	Company    string `placeholder:"ID"`
	Person     string `placeholder:"ID"`
	Lang       string
	TZ         string `name:"tz" placeholder:"ZONE"`
	Output     string `short:"o"`
	JSON       bool   `name:"json"`
	Quiet      bool   `short:"q"`
	Verbose    bool   `short:"v"`
	NoColor    bool
	NoProgress bool
	DryRun     bool
	Yes        bool
	NoInput    bool
}

// grammar is the whole command line. Its sentences stand in the catalogs:
// help.{verb}, flag.{name}, arg.{name}.
type grammar struct {
	globals

	Demo         demoVerb          `cmd:""`
	Serve        serveVerb         `cmd:""`
	Setup        setupVerb         `cmd:""`
	Who          whoVerb           `cmd:""`
	Message      messageVerb       `cmd:""`
	Inbox        inboxVerb         `cmd:""`
	Case         caseVerbs         `cmd:""`
	Handoff      handoffVerbs      `cmd:""`
	Intake       intakeVerbs       `cmd:""`
	Search       searchVerb        `cmd:""`
	View         viewVerbs         `cmd:""`
	Macro        macroVerbs        `cmd:""`
	Import       importVerb        `cmd:""`
	Export       exportVerb        `cmd:""`
	Offer        offerVerbs        `cmd:""`
	Company      companyVerbs      `cmd:"" name:"company"`
	Relation     relationVerbs     `cmd:""`
	Subscription subscriptionVerbs `cmd:""`
	Agreement    agreementVerbs    `cmd:""`
	Person       personVerbs       `cmd:""`
	Sheet        sheetVerb         `cmd:""`
	Gaps         gapsVerb          `cmd:""`
	Report       reportVerb        `cmd:""`
	Rules        rulesVerbs        `cmd:""`
	Roles        rolesVerbs        `cmd:""`
	Token        tokenVerbs        `cmd:""`
	Audit        auditVerb         `cmd:""`
	Verify       verifyVerb        `cmd:""`
	Bench        benchVerb         `cmd:""`
	Doctor       doctorVerb        `cmd:""`
	Health       healthVerb        `cmd:""`
	Config       configVerbs       `cmd:"" name:"config"`
	Completion   completionVerb    `cmd:""`
	Man          manVerb           `cmd:""`
	Version      versionVerb       `cmd:""`
}

// Exit codes (spec 3 section 1).
const (
	exitOK          = 0
	exitFailed      = 1
	exitUsage       = 2
	exitNotFound    = 3
	exitDenied      = 4
	exitConflict    = 5
	exitUnreachable = 6
	exitPartly      = 7
	exitInterrupted = 130
)

// leave ends a run before any verb: help has been shown.
type leave int

// Run reads the arguments, performs the verb and returns the exit code.
func Run(ctx context.Context, p Process) (code int) {
	if p.Now == nil {
		p.Now = time.Now
	}
	s := &session{Process: p, ctx: ctx}
	s.guessLanguage()
	defer func() {
		if early, ok := recover().(leave); ok {
			code = int(early)
		}
	}()
	err := s.run()
	if closed := s.close(); err == nil {
		err = closed
	}
	if ctx.Err() != nil && err != nil {
		return exitInterrupted
	}
	return s.report(err)
}

func (s *session) run() error {
	g := &grammar{}
	parser, err := kong.New(g, kong.Name("switchboard"), kong.NoDefaultHelp(), kong.Exit(func(code int) { panic(leave(code)) }),
		kong.Writers(s.Out, s.Err), kong.Resolvers(settingsResolver{s}))
	if err != nil {
		return err
	}
	s.model = parser.Model
	if done, err := s.before(parser); done || err != nil {
		return err
	}
	parsed, err := parser.Parse(s.Args)
	if err != nil {
		return s.usage(err)
	}
	s.g = &g.globals
	s.parsed = parsed
	if err := s.settle(); err != nil {
		return err
	}
	return parsed.Run(s)
}

// exitOf maps the kind of a fault to the exit code.
func exitOf(err error) int {
	var partly *partlyDone
	switch {
	case err == nil:
		return exitOK
	case errors.As(err, &partly) && partly.done > 0:
		return exitPartly
	case errors.As(err, &partly):
		return exitFailed
	}
	var misuse *usageError
	if errors.As(err, &misuse) {
		return exitUsage
	}
	var answered *client.Error
	if errors.As(err, &answered) && answered.Report != nil {
		return exitFailed // the call was right, rows of the input were not
	}
	code, ok := map[string]int{string(fault.Invalid): exitUsage, string(fault.NotFound): exitNotFound, string(fault.Denied): exitDenied,
		string(fault.Conflict): exitConflict, string(fault.Stale): exitConflict, "unreachable": exitUnreachable}[kindOf(err)]
	if !ok {
		return exitFailed
	}
	return code
}

// guessLanguage decides before any flag is read, so that a wrong flag is told
// of in the reader's language.
func (s *session) guessLanguage() {
	s.lang = i18n.English
	for _, name := range []string{"LANG", "LC_MESSAGES", "LC_ALL", "SWITCHBOARD_LANG"} {
		if lang, ok := i18n.Parse(s.Env(name)); ok {
			s.lang = lang
		} else if s.Env(name) != "" {
			s.lang = i18n.English
		}
	}
	for i, arg := range s.Args {
		value, inline := cutFlag(arg, "--lang")
		if !inline && arg == "--lang" && i+1 < len(s.Args) {
			value = s.Args[i+1]
		}
		if lang, ok := i18n.Parse(value); ok {
			s.lang = lang
		}
	}
}

func cutFlag(arg, name string) (value string, ok bool) {
	if len(arg) > len(name) && arg[:len(name)] == name && arg[len(name)] == '=' {
		return arg[len(name)+1:], true
	}
	return "", false
}

// isTerminal tells whether a stream is a terminal.
func isTerminal(stream any) bool {
	f, ok := stream.(*os.File)
	return ok && terminal(int(f.Fd()))
}
