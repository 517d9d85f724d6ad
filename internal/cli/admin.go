package cli

import (
	"fmt"
	"io"
	"maps"
	"runtime"
	"strings"
	"time"

	"switchboard/client"
	"switchboard/internal/server"
	"switchboard/wire"
)

type tokenVerbs struct {
	Create tokenCreate `cmd:""`
	List   tokenList   `cmd:""`
	Revoke tokenRevoke `cmd:""`
}

type tokenCreate struct {
	Scope   []string `default:"read"`
	Label   string
	Expires string `placeholder:"TIME"`
}

// Run makes a token for --company and prints its secret, once.
func (v *tokenCreate) Run(s *session) error {
	wish := client.NewToken{Company: s.g.Company, Person: s.g.Person, Label: v.Label, Scopes: v.Scope}
	if wish.Company == "" {
		return misuse("cli.token-company")
	}
	if v.Expires != "" {
		at, err := instant(v.Expires)
		if err != nil {
			return misuse("cli.expires", "value", v.Expires)
		}
		wish.Expires = &at
	}
	c, err := s.client()
	if err != nil {
		return err
	}
	token, err := c.CreateToken(s.ctx, wish)
	if err != nil {
		return err
	}
	if format, err := s.formatOf(); err != nil || format != "table" && format != "plain" {
		return orElse(err, func() error { return s.object(token) })
	}
	s.say("cli.token-once")
	_, err = fmt.Fprintln(s.Out, token.Secret)
	return err
}

// instant reads RFC 3339 or a date, which ends with its day in UTC.
func instant(text string) (time.Time, error) {
	if day, err := time.Parse(time.DateOnly, text); err == nil {
		return day.AddDate(0, 0, 1), nil
	}
	return time.Parse(time.RFC3339, text)
}

type tokenList struct{}

// Run lists the tokens of the caller's company.
func (v *tokenList) Run(s *session) error {
	c, err := s.client()
	if err != nil {
		return err
	}
	tokens, err := c.Tokens(s.ctx, s.g.Company)
	if err != nil {
		return err
	}
	return listed(s, []string{"id", "company", "person", "label", "scopes", "created", "last_used", "expires"}, tokens)
}

// listed prints a list of wire objects.
func listed[T any](s *session, columns []string, list []T) error {
	rows := make([]map[string]any, 0, len(list))
	for _, item := range list {
		row, err := generic(item)
		if err != nil {
			return err
		}
		rows = append(rows, row)
	}
	return s.rows(columns, rows, "")
}

type tokenRevoke struct {
	ID string `arg:""`
}

// Run ends a token at once.
func (v *tokenRevoke) Run(s *session) error {
	c, err := s.client()
	if err != nil {
		return err
	}
	if err := c.RevokeToken(s.ctx, v.ID, s.g.Company); err != nil {
		return err
	}
	s.say("cli.revoked", "id", v.ID)
	return nil
}

type signinLink struct {
	ID string `arg:""`
}

// Run prints a one-time sign-in link; only the machine's own command line may.
func (v *signinLink) Run(s *session) error {
	c, err := s.client()
	if err != nil {
		return err
	}
	path, err := c.SigninLink(s.ctx, v.ID)
	if err != nil {
		return err
	}
	return s.link(path, nil)
}

// link prints an address of this installation; what else is known of it is for
// programs.
func (s *session) link(path string, more map[string]any) error {
	url := s.served() + path
	if s.wantsJSON() {
		out := map[string]any{"url": url}
		maps.Copy(out, more)
		return s.json(out)
	}
	_, err := fmt.Fprintln(s.Out, url)
	return err
}

// served is where this machine's data is served, or will be.
func (s *session) served() string {
	if running, err := server.FindRunning(s.g.DataDir); err == nil && running != nil {
		return running.Address
	}
	return "http://" + defaults["listen"]
}

type setupVerb struct{}

// Run prints the link by which an installation without a company is set up.
func (v *setupVerb) Run(s *session) error {
	c, err := s.client()
	if err != nil {
		return err
	}
	path, until, err := c.SetupLink(s.ctx)
	if err != nil {
		return err
	}
	return s.link(path, map[string]any{"until": until})
}

type rulesVerbs struct {
	Show    rulesShow    `cmd:""`
	Try     rulesTry     `cmd:""`
	Diff    rulesDiff    `cmd:""`
	Publish rulesPublish `cmd:""`
	History rulesHistory `cmd:""`
}

type rulesShow struct {
	Version int `arg:"" optional:"" name:"version"`
}

// Run prints a version of the rule table; without one, that in force.
func (v *rulesShow) Run(s *session) error {
	c, err := s.client()
	if err != nil {
		return err
	}
	rules, err := c.Rules(s.ctx, v.Version)
	if err != nil {
		return err
	}
	if s.wantsJSON() {
		return s.json(rules)
	}
	return s.verbatim(rules.Text)
}

// verbatim prints a text line by line, without what steers a terminal.
func (s *session) verbatim(text string) error {
	for line := range strings.Lines(text) {
		kept := strings.Map(func(r rune) rune {
			if r != '\t' && steers(r) {
				return -1
			}
			return r
		}, strings.TrimRight(line, "\r\n"))
		if _, err := fmt.Fprintln(s.Out, kept); err != nil {
			return err
		}
	}
	return nil
}

type rulesTry struct {
	File string `arg:"" name:"file"`
	asked
}

// Run answers a question by a table that is not published.
func (v *rulesTry) Run(s *session) error {
	text, err := s.read(v.File)
	if err != nil {
		return err
	}
	c, err := s.client()
	if err != nil {
		return err
	}
	answer, err := c.TryRules(s.ctx, string(text), v.question(s))
	if err != nil {
		return err
	}
	return s.answer(answer)
}

type rulesDiff struct {
	File string `arg:"" name:"file"`
}

// Run prints the lines that differ from the table in force.
func (v *rulesDiff) Run(s *session) error {
	text, err := s.read(v.File)
	if err != nil {
		return err
	}
	c, err := s.client()
	if err != nil {
		return err
	}
	rules, err := c.Rules(s.ctx, 0)
	if err != nil {
		return err
	}
	return s.verbatim(strings.Join(difference(rules.Text, string(text)), ""))
}

type rulesPublish struct {
	File string `arg:"" name:"file"`
	Note string
}

// Run makes a table the one that decides.
func (v *rulesPublish) Run(s *session) error {
	text, err := s.read(v.File)
	if err != nil {
		return err
	}
	c, err := s.client()
	if err != nil {
		return err
	}
	if s.g.DryRun {
		_, err := c.TryRules(s.ctx, string(text), client.Question{})
		return err
	}
	if sure, err := s.sure("cli.publish-sure"); err != nil || !sure {
		return err
	}
	version, err := c.PublishRules(s.ctx, string(text), v.Note)
	if err != nil {
		return err
	}
	s.say("cli.published", "id", version.ID, "version", version.Version)
	return nil
}

type rulesHistory struct{}

// Run lists the published versions.
func (v *rulesHistory) Run(s *session) error {
	c, err := s.client()
	if err != nil {
		return err
	}
	versions, err := c.RulesHistory(s.ctx)
	if err != nil {
		return err
	}
	return listed(s, []string{"id", "version", "author", "date", "published", "note"}, versions)
}

type sheetVerb struct {
	Customer string `arg:"" name:"customer"`
}

// Run prints whom a customer calls for what.
func (v *sheetVerb) Run(s *session) error {
	c, err := s.client()
	if err != nil {
		return err
	}
	format, err := s.formatOf()
	if err != nil {
		return err
	}
	if format == "csv" {
		sheet, err := c.SheetCSV(s.ctx, v.Customer)
		if err != nil {
			return err
		}
		defer sheet.Close()
		_, err = io.Copy(s.Out, sheet)
		return err
	}
	sheet, err := c.Sheet(s.ctx, v.Customer)
	if err != nil {
		return err
	}
	if format == "json" || format == "jsonl" {
		return s.json(sheet)
	}
	return s.rows([]string{"subscription", "offer", "group", "company", "contact", "hours"}, sheetRows(s, sheet), "")
}

func sheetRows(s *session, sheet *wire.ContactSheet) []map[string]any {
	rows := []map[string]any{}
	for _, entry := range sheet.Subscriptions {
		name, _ := entry.OfferName.In(string(s.lang))
		for _, line := range entry.Lines {
			row := map[string]any{"subscription": entry.Subscription, "offer": name, "group": s.t("topic." + line.Topic)}
			if line.Reach != nil {
				row["company"] = line.Reach.Name
				if c := line.Reach.Contact; c != nil {
					row["contact"] = strings.Join(nonEmpty(c.Email, c.Phone, c.URL), " ")
					row["hours"] = c.Hours
				}
			}
			rows = append(rows, row)
		}
	}
	return rows
}

func nonEmpty(words ...string) (out []string) {
	for _, w := range words {
		if w != "" {
			out = append(out, w)
		}
	}
	return out
}

type gapsVerb struct{}

// Run lists what would leave somebody without an answer.
func (v *gapsVerb) Run(s *session) error {
	c, err := s.client()
	if err != nil {
		return err
	}
	report, err := c.Gaps(s.ctx)
	if err != nil {
		return err
	}
	return listed(s, []string{"code", "text", "affects", "fix"}, report.Gaps)
}

type auditVerb struct {
	Limit int `default:"50"`
}

// Run lists what was done, the newest first.
func (v *auditVerb) Run(s *session) error {
	c, err := s.client()
	if err != nil {
		return err
	}
	page, err := client.List[map[string]any](s.ctx, c, "audit", nil, "", v.Limit)
	if err != nil {
		return err
	}
	return s.rows([]string{"at", "company", "person", "via", "act", "noun", "id"}, page.Items, page.Next)
}

type doctorVerb struct{ Retry bool }

// Run looks for what is or will be wrong; it fails when something is. With
// --retry, work that is stuck is tried anew first.
func (v *doctorVerb) Run(s *session) error {
	c, err := s.client()
	if err != nil {
		return err
	}
	if v.Retry {
		n, err := c.RetryStuck(s.ctx)
		if err != nil {
			return err
		}
		s.say("cli.retried", "n", n)
	}
	found, err := c.Doctor(s.ctx)
	if err != nil {
		return err
	}
	if err := listed(s, []string{"level", "code", "text", "fix"}, found); err != nil {
		return err
	}
	bad := 0
	for _, f := range found {
		if f.Level == "error" {
			bad++
		}
	}
	if bad > 0 {
		return &findings{bad}
	}
	return nil
}

// findings: the doctor found something that is wrong.
type findings struct{ n int }

func (f *findings) Error() string { return fmt.Sprintf("%d findings", f.n) }

type healthVerb struct {
	URL string `arg:"" optional:"" name:"url"`
}

// Run asks a server whether it can work; 0 = yes, 6 = no answer.
func (v *healthVerb) Run(s *session) error {
	at := v.URL
	if at == "" {
		at = s.g.Server
	}
	if running, err := server.FindRunning(s.g.DataDir); at == "" && err == nil && running != nil {
		at = running.Address
	}
	if at == "" {
		at = "http://" + defaults["listen"]
	}
	c, err := client.New(client.Options{Server: at, Lang: string(s.lang), Tries: 1})
	if err != nil {
		return err
	}
	health, err := c.Ready(s.ctx)
	if err != nil {
		return err
	}
	if s.wantsJSON() {
		return s.json(health)
	}
	_, err = fmt.Fprintln(s.Out, health.Status)
	return err
}

type versionVerb struct{}

// Run prints the version of the program.
func (v *versionVerb) Run(s *session) error {
	if s.wantsJSON() {
		return s.json(map[string]string{"version": server.Version(), "go": runtime.Version(), "os": runtime.GOOS, "arch": runtime.GOARCH})
	}
	_, err := fmt.Fprintf(s.Out, "switchboard %s %s %s/%s\n", server.Version(), runtime.Version(), runtime.GOOS, runtime.GOARCH)
	return err
}
