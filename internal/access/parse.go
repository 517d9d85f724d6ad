package access

import (
	"slices"
	"strconv"
	"strings"

	"switchboard/internal/fault"
	"switchboard/internal/text"
	"switchboard/wire"
)

// Sizes: generous for what people write, small enough for every request.
const (
	maxText = 64 << 10
	maxWord = 64
	maxName = 100
)

// ParseSet reads a set of roles. The fault names every wrong line, in the path
// text:LINE, and the nearest word that would have been right.
func ParseSet(source string) (*Set, error) {
	p := setParser{set: &Set{text: source}, groups: map[string][]string{}, wrong: fault.New(fault.Invalid, "roles.invalid")}
	if len(source) > maxText {
		return nil, p.wrong.At("text", "roles.too-long", "max", maxText)
	}
	for i, line := range strings.Split(source, "\n") {
		words := strings.Fields(line)
		if len(words) == 0 || strings.HasPrefix(words[0], "#") {
			continue
		}
		p.at = "text:" + strconv.Itoa(i+1)
		p.line(words[0], words[1:])
	}
	p.finish()
	if len(p.wrong.Fields) > 0 {
		return nil, p.wrong
	}
	return p.set, nil
}

type setParser struct {
	set    *Set
	role   *Role // the one that is being read
	groups map[string][]string
	at     string // the place of the line
	wrong  *fault.Error
}

func (p *setParser) refuse(code string, args ...any) { p.wrong.At(p.at, code, args...) }

// known refuses a word that is not in a closed list, and names the nearest.
func (p *setParser) known(word string, list []string) bool {
	if slices.Contains(list, word) {
		return true
	}
	near, _ := text.Nearest(word, list)
	p.refuse("field.unknown-word", "value", clip(word), "nearest", near, "known", strings.Join(list, ", "))
	return false
}

func clip(word string) string {
	if runes := []rune(word); len(runes) > maxWord {
		return string(runes[:maxWord]) + "…"
	}
	return word
}

var (
	headWords = []string{"roles", "version", "author", "date", "group"}
	roleWords = []string{"name", "in", "may", "setting", "operator"}
)

func (p *setParser) line(word string, rest []string) {
	switch {
	case !p.known(word, slices.Concat(headWords, []string{"role"}, roleWords)):
	case len(rest) == 0:
		p.refuse("roles.nothing-said", "word", word)
	case word == "role":
		p.begin(rest)
	case slices.Contains(roleWords, word):
		p.ofRole(word, rest)
	case p.role != nil:
		p.refuse("roles.misplaced", "word", word)
	default:
		p.head(word, rest)
	}
}

func (p *setParser) head(word string, rest []string) {
	s := p.set
	switch word {
	case "roles":
		p.once(word, &s.ID, rest[0])
	case "author":
		p.once(word, &s.Author, clip(strings.Join(rest, " ")))
	case "date":
		p.once(word, &s.Date, clip(rest[0]))
	case "version":
		n, err := strconv.Atoi(rest[0])
		if err != nil || n < 1 || s.Version != 0 {
			p.refuse("roles.version-number", "value", clip(rest[0]))
			return
		}
		s.Version = n
	case "group":
		if p.groups[rest[0]] != nil {
			p.refuse("roles.twice", "word", clip(rest[0]))
			return
		}
		p.groups[rest[0]] = p.topics(rest[1:])
	}
}

func (p *setParser) once(word string, field *string, value string) {
	if *field != "" {
		p.refuse("roles.twice", "word", word)
	}
	*field = value
}

func (p *setParser) begin(rest []string) {
	id := rest[0]
	switch {
	case len(rest) > 1 || len(id) > maxWord || strings.Trim(id, "abcdefghijklmnopqrstuvwxyz0123456789-") != "":
		p.refuse("roles.key", "value", clip(strings.Join(rest, " ")))
	case p.set.Role(id) != nil:
		p.refuse("roles.twice", "word", id)
	}
	p.set.Roles = append(p.set.Roles, Role{ID: id, Names: map[string]string{}})
	p.role = &p.set.Roles[len(p.set.Roles)-1]
}

func (p *setParser) ofRole(word string, rest []string) {
	switch {
	case p.role == nil:
		p.refuse("roles.before-role", "word", word)
	case word == "name":
		p.name(rest[0], strings.Join(rest[1:], " "))
	case word == "in":
		for _, kind := range rest {
			if p.known(kind, wire.Kinds()) && p.fresh(kind, p.role.In) {
				p.role.In = append(p.role.In, kind)
			}
		}
	default:
		p.grant(word, rest)
	}
}

// fresh refuses what is there already.
func (p *setParser) fresh(word string, list []string) bool {
	if slices.Contains(list, word) {
		p.refuse("roles.twice", "word", word)
		return false
	}
	return true
}

var languages = []string{"en", "ja", "zh-TW"}

func (p *setParser) name(lang, name string) {
	switch {
	case !p.known(lang, languages):
	case name == "" || len([]rune(name)) > maxName:
		p.refuse("roles.name", "max", maxName)
	case p.role.Names[lang] != "":
		p.refuse("roles.twice", "word", lang)
	default:
		p.role.Names[lang] = name
	}
}

// grant reads abilities, and after "about" the topics to which they are
// limited.
func (p *setParser) grant(word string, rest []string) {
	var topics []string
	if i := slices.Index(rest, "about"); i >= 0 {
		if topics = p.topics(rest[i+1:]); topics == nil {
			return
		}
		rest = rest[:i]
	}
	for _, ability := range rest {
		if p.mayGrant(word, Ability(ability), topics != nil) {
			p.role.Grants = append(p.role.Grants, Grant{Ability: Ability(ability), Topics: topics, Setting: word == "setting", Operator: word == "operator"})
		}
	}
}

func (p *setParser) mayGrant(word string, ability Ability, limited bool) bool {
	var names []string
	for _, a := range Abilities() {
		names = append(names, string(a))
	}
	if !p.known(string(ability), names) {
		return false
	}
	what := abilities[slices.Index(Abilities(), ability)]
	switch {
	case what.operatorOnly && word != "operator":
		p.refuse("roles.operator-only", "word", string(ability))
	case limited && !what.byTopic:
		p.refuse("roles.no-topics", "word", string(ability))
	case slices.ContainsFunc(p.role.Grants, func(g Grant) bool { return g.Ability == ability }):
		p.refuse("roles.twice", "word", string(ability))
	default:
		return true
	}
	return false
}

// topics reads topics and $groups; nil when there are none or one is wrong.
func (p *setParser) topics(words []string) []string {
	var out []string
	if len(words) == 0 {
		p.refuse("roles.nothing-said", "word", "about")
	}
	for _, word := range words {
		members := []string{word}
		if name, group := strings.CutPrefix(word, "$"); group {
			if members = p.groups[name]; members == nil {
				p.refuse("roles.no-group", "word", clip(name))
				return nil
			}
		}
		for _, topic := range members {
			if !p.known(topic, wire.Topics()) || !p.fresh(topic, out) {
				return nil
			}
			out = append(out, topic)
		}
	}
	return out
}

func (p *setParser) finish() {
	p.at = "text"
	if p.set.ID == "" {
		p.refuse("roles.missing", "word", "roles")
	}
	if p.set.Version == 0 && len(p.wrong.Fields) == 0 {
		p.refuse("roles.missing", "word", "version")
	}
	if len(p.set.Roles) == 0 {
		p.refuse("roles.missing", "word", "role")
	}
}
