package cli

import (
	"crypto/ed25519"
	"encoding/json"
	"fmt"
	"strings"

	"switchboard/client"
	"switchboard/internal/casework"
	"switchboard/internal/fault"
	"switchboard/proof"
	"switchboard/wire"
)

// caseVerify checks a case, or a file of one.
type caseVerify struct {
	Proof   string   `arg:"" name:"proof"`
	Key     string   `placeholder:"KEY"`
	Receipt []string `placeholder:"NUMBER:HEAD"`
}

// checked is what a check of an export has found, for programs.
type checked struct {
	OK       bool           `json:"ok"`
	Case     string         `json:"case"`
	Company  string         `json:"company"`
	N        int64          `json:"n"`
	Head     string         `json:"head"`
	Key      string         `json:"key"`
	KeyFrom  string         `json:"key_from"` // flag | server | file
	Troubles []wire.Trouble `json:"troubles"`
}

// Run checks what the own company has read of a case, or a file on any machine,
// for which no server is asked.
func (v *caseVerify) Run(s *session) error {
	against, err := v.against()
	if err != nil {
		return err
	}
	var export *wire.CaseExport
	from := "file"
	if number, ok := casework.ValidNumber(v.Proof); ok {
		export, err = s.provenCase(number, &against)
		from = "server"
	} else {
		export, err = s.provenFile(v.Proof)
	}
	if err != nil {
		return err
	}
	if v.Key != "" {
		from = "flag"
	}
	return s.judge(export, against, from)
}

func (v *caseVerify) against() (out proof.Against, err error) {
	if v.Key != "" {
		if out.Key, err = proof.ReadKey(v.Key); err != nil {
			return out, misuse("proof.bad-key", "value", v.Key)
		}
	}
	for _, text := range v.Receipt {
		r, err := proof.ReadReceipt(text)
		if err != nil {
			return out, misuse("proof.bad-receipt", "value", text)
		}
		out.Receipts = append(out.Receipts, r)
	}
	return out, nil
}

// provenCase asks for the case first: what is said of it is a receipt for the
// export that follows.
func (s *session) provenCase(number string, against *proof.Against) (*wire.CaseExport, error) {
	c, err := s.desk()
	if err != nil {
		return nil, err
	}
	shown, err := c.Case(s.ctx, number)
	if err != nil {
		return nil, err
	}
	against.Receipts = append(against.Receipts, proof.Receipt{N: shown.Version, Head: shown.Head})
	if against.Key == nil {
		if against.Key, err = s.serversKey(c); err != nil {
			return nil, err
		}
	}
	return c.ExportCase(s.ctx, number)
}

func (s *session) serversKey(c *client.Client) (ed25519.PublicKey, error) {
	keys, err := c.PublicKeys(s.ctx)
	if err != nil {
		return nil, err
	}
	for _, k := range keys {
		if k.Use == "case-export" {
			return proof.ReadKey(k.Key)
		}
	}
	return nil, fault.New(fault.NotFound, "proof.bad-key", "value", "")
}

func (s *session) provenFile(name string) (*wire.CaseExport, error) {
	in, err := s.open(name)
	if err != nil {
		return nil, err
	}
	defer in.Close()
	export, err := proof.Read(in)
	if err != nil {
		// Not a misuse: a file that was cut off must not look like a wrong word.
		return nil, fault.Wrap(err, fault.Internal, "proof.unreadable", "file", shownName(name))
	}
	return export, nil
}

// judge says what the check has found; anything found is a failure.
func (s *session) judge(x *wire.CaseExport, against proof.Against, keyFrom string) error {
	found := proof.Check(x, against)
	out := checked{OK: len(found) == 0, Case: x.Case, Company: x.Company, N: x.N, Head: x.Head, Key: x.Key, KeyFrom: keyFrom, Troubles: []wire.Trouble{}}
	for _, t := range found {
		out.Troubles = append(out.Troubles, wire.Trouble{Case: x.Case, Line: t.Line, Code: t.Code, Text: s.printer().T(t.Code, t.Args)})
	}
	if err := s.told(out); err != nil {
		return err
	}
	if !out.OK {
		return fault.New(fault.Internal, "proof.failed", "n", len(found))
	}
	if keyFrom != "flag" {
		s.say("cli.key-of-" + keyFrom)
	}
	return nil
}

func (s *session) told(out checked) error {
	if s.wantsJSON() {
		return s.json(out)
	}
	lines := []string{s.t("cli.case-read", "case", out.Case, "company", out.Company, "n", out.N, "head", out.Head)}
	for _, t := range out.Troubles {
		if t.Line > 0 {
			t.Text = s.t("cli.line", "line", t.Line, "text", t.Text)
		}
		lines = append(lines, t.Text)
	}
	if out.OK {
		lines = append(lines, s.t("cli.case-proven"))
	}
	for _, line := range lines {
		if _, err := fmt.Fprintln(s.Out, oneLine(line)); err != nil {
			return err
		}
	}
	return nil
}

// caseExport: here -o is the file to write.
type caseExport struct {
	Number string `arg:"" name:"number"`
}

// Run writes what the own company has read of a case.
func (v *caseExport) Run(s *session) error {
	target := s.g.Output
	s.g.Output = ""
	c, err := s.desk()
	if err != nil {
		return err
	}
	export, err := c.ExportCase(s.ctx, v.Number)
	if err != nil {
		return err
	}
	var text strings.Builder
	enc := json.NewEncoder(&text)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", " ")
	if err := enc.Encode(export); err != nil {
		return err
	}
	if target == "" || target == "-" {
		_, err = s.Out.Write(harmless([]byte(text.String())))
		return err
	}
	if err := writeWhole(target, strings.NewReader(text.String())); err != nil {
		return err
	}
	s.say("cli.exported", "case", export.Case, "file", target)
	return nil
}

type verifyVerb struct{}

// Run checks every case of this machine's data; what is wrong is said in one
// line each.
func (v *verifyVerb) Run(s *session) error {
	c, err := s.client()
	if err != nil {
		return err
	}
	bar := s.counting("cli.verifying")
	troubles, n, next := []wire.Trouble{}, 0, ""
	for begun := false; !begun || next != ""; begun = true {
		part, err := c.VerifyStore(s.ctx, next)
		if err != nil {
			bar.done()
			return err
		}
		bar.add(int64(part.Checked))
		troubles, n, next = append(troubles, part.Troubles...), n+part.Checked, part.Next
	}
	bar.done()
	if s.wantsJSON() {
		err = s.json(map[string]any{"ok": len(troubles) == 0, "checked": n, "troubles": troubles})
	} else if len(troubles) > 0 || s.g.Output == "csv" { // that all is well is said below
		err = listed(s, []string{"code", "text"}, troubles)
	}
	if err != nil {
		return err
	}
	if len(troubles) > 0 {
		return fault.New(fault.Internal, "cli.store-failed", "n", n, "troubles", len(troubles))
	}
	s.say("cli.store-ok", "n", n)
	return nil
}
