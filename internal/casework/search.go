package casework

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
)

// Text is what can be searched of an event, and for whom.
type Text struct {
	Readers Bits
	Words   string
}

// searched are the sealed values that hold people's own words.
var searched = []string{"subject", "text", "package", "reason", "evidence", "questions", "facts", "reference", "name"}

// Texts are the words of an event, those with the same readers together. A
// release has none: what it shows is searched as the older event for its new
// reader.
func (e Event) Texts() (out []Text) {
	byReaders := map[Bits][]string{}
	for _, name := range searched {
		if s, ok := e.Sealed[name]; ok && s.Value != "" && s.Readers != kept {
			byReaders[s.Readers] = append(byReaders[s.Readers], plainWords(s.Value))
		}
	}
	for _, readers := range slices.Sorted(maps.Keys(byReaders)) {
		out = append(out, Text{readers, strings.Join(byReaders[readers], "\n")})
	}
	return out
}

// Released is the leaf of the older event that this one lets others read, and
// who they are.
func (e Event) Released() (leaf Hash, readers Bits, ok bool) {
	s, ok := e.Sealed["leaf"]
	if !ok || e.Kind != released || leaf.UnmarshalText([]byte(s.Value)) != nil {
		return Hash{}, 0, false
	}
	return leaf, s.Readers, true
}

// Joined are the companies that came to the case with this event.
func (e Event) Joined() []string { return strings.Fields(e.Word("joins")) }

// Readers is the set of some companies on the case.
func (c *Case) Readers(companies []string) Bits { return c.only(companies...) }

// plainWords are the values of a JSON value, or the words themselves.
func plainWords(s string) string {
	var v any
	if !strings.HasPrefix(s, "{") && !strings.HasPrefix(s, "[") || json.Unmarshal([]byte(s), &v) != nil {
		return s
	}
	var out []string
	var walk func(any)
	walk = func(v any) {
		switch v := v.(type) {
		case string:
			out = append(out, v)
		case []any:
			for _, item := range v {
				walk(item)
			}
		case map[string]any:
			for _, name := range slices.Sorted(maps.Keys(v)) {
				walk(v[name])
			}
		}
	}
	walk(v)
	return strings.Join(out, "\n")
}

// Companies are the companies of a set of readers.
func (c *Case) Companies(readers Bits) (out []string) {
	for i, p := range c.Parties {
		if readers.has(i) {
			out = append(out, p.Company)
		}
	}
	return out
}
