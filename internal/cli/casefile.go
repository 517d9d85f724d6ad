package cli

import (
	"errors"
	"io"
	"mime"
	"path/filepath"

	"switchboard/client"
	"switchboard/wire"
)

type caseAttach struct {
	caseNumber
	File    string   `arg:"" name:"file"`
	To      []string `placeholder:"WHO"`
	Answers int64    `placeholder:"N"`
	Name    string
	confirming
}

// Run adds a file to a case; without readers it stays in the own company.
func (v *caseAttach) Run(s *session) error {
	in, err := s.open(v.File)
	if err != nil {
		return err
	}
	f := wire.NewFile{Name: v.Name, Audience: v.To, Answers: v.Answers, Confirm: v.Confirm}
	if f.Name == "" && v.File != "-" { // what comes by the standard input has no name of its own
		f.Name = filepath.Base(v.File)
	}
	f.Type = mime.TypeByExtension(filepath.Ext(f.Name))
	err = s.change(func(c *client.Client) (*wire.Case, error) { return c.AddFile(s.ctx, v.plain(), f, in) }, nothing)
	return errors.Join(err, in.Close())
}

type caseFile struct {
	caseNumber
	N int64 `arg:"" name:"n"`
}

// Run writes the bytes of a file, by the own number of the event that brought
// it, to the file named with -o, else to the standard output.
func (v *caseFile) Run(s *session) error {
	target := s.g.Output
	s.g.Output = "" // it names a file here, no format
	if s.tty && (target == "" || target == "-") {
		return misuse("cli.file-to-terminal")
	}
	c, err := s.desk()
	if err != nil {
		return err
	}
	in, err := c.GetFile(s.ctx, v.plain(), v.N)
	if err != nil {
		return err
	}
	if target != "" && target != "-" {
		err = writeWhole(target, in)
	} else {
		_, err = io.Copy(s.Out, in)
	}
	return errors.Join(err, in.Close())
}
