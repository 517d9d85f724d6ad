package app

import (
	"maps"
	"slices"

	"switchboard/internal/casework"
	"switchboard/internal/fault"
	"switchboard/internal/i18n"
	"switchboard/internal/secret"
	"switchboard/wire"
)

// telling is what a command tells, as far as it looks like a key, a token or a
// password. Before that goes to another company its writer is asked once.
type telling struct {
	found     []fault.Field
	confirmed bool // the writer has been asked
}

func tells(confirm string) *telling { return &telling{confirmed: confirm == wire.ConfirmSecrets} }

// words looks through the words of a field.
func (t *telling) words(field, text string) *telling {
	for _, f := range secret.InText(text) {
		t.found = append(t.found, fault.Field{Path: field, Code: "secrets.in-text", Args: fault.Args{"kind": kindOfSecret(f), "line": f.Line}})
	}
	return t
}

func (t *telling) all(fields map[string]string) *telling {
	for _, name := range slices.Sorted(maps.Keys(fields)) {
		t.words(name, fields[name])
	}
	return t
}

func (t *telling) facts(facts map[string]string) *telling {
	for _, name := range slices.Sorted(maps.Keys(facts)) {
		t.words("facts."+name, facts[name])
	}
	return t
}

func (t *telling) files(files []Upload) *telling {
	for _, u := range files {
		t.file(u.Name, u.found)
	}
	return t
}

func (t *telling) file(name string, found []secret.Finding) {
	for _, f := range slices.Concat(secret.InName(name), found) {
		field := fault.Field{Path: "files", Code: "secrets.in-file", Args: fault.Args{"name": name, "kind": kindOfSecret(f), "line": f.Line}}
		if f.Line == 0 {
			field.Code = "secrets.in-name"
		}
		t.found = append(t.found, field)
	}
}

// released are messages and files that somebody else is about to read: words as
// they stand, files by their names.
func (t *telling) released(messages []casework.Event) *telling {
	for _, e := range messages {
		for _, f := range slices.Concat(secret.InText(e.Word("text")), secret.InName(e.Word("name"))) {
			t.found = append(t.found, fault.Field{Path: "messages", Code: "secrets.in-message", Args: fault.Args{"kind": kindOfSecret(f)}})
		}
	}
	return t
}

func kindOfSecret(f secret.Finding) i18n.Key { return i18n.Key("secrets.kind." + f.Kind) }

// leaves refuses once what was found, when somebody besides the own company would
// read it.
func (t *telling) leaves(events []casework.Event, own casework.Bits) error {
	if t == nil || t.confirmed || len(t.found) == 0 {
		return nil
	}
	if !slices.ContainsFunc(events, func(e casework.Event) bool { return len(e.Sealed) > 0 && e.Readers&^own != 0 }) {
		return nil
	}
	return &fault.Error{Kind: fault.Conflict, Code: "secrets.found", Fields: t.found}
}

// onlyOf are the readers of what nobody but a company reads; one that is not on the
// case reads nothing of it.
func onlyOf(c *casework.Case, company string) casework.Bits {
	if bit := c.Bit(company); bit >= 0 {
		return casework.Bits(1) << bit
	}
	return 0
}

func (t *telling) pack(p wire.Package) *telling {
	return t.all(map[string]string{"summary": p.Summary, "impact": p.Impact, "tried": p.Tried, "environment": p.Environment}).facts(p.Facts)
}

func (t *telling) step(s wire.HandoffStep, cmd casework.Command) *telling {
	for _, q := range s.Questions {
		t.words("questions", q.Text).words("because", q.Because)
	}
	if p, ok := cmd.(casework.PassOn); ok { // what the case held may go along
		s.Facts = p.Send.Package.Facts
	}
	return t.all(map[string]string{"reason": s.Reason, "evidence": s.Evidence, "text": s.Text, "summary": s.Summary}).facts(s.Facts)
}
