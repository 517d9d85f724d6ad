package web

import (
	"encoding/json"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"switchboard/internal/access"
	"switchboard/internal/fault"
	"switchboard/wire"
)

// command is something that can be done by a key, by the palette and by a thing
// on the page that everybody can click. This list is the only one: the help, the
// palette, the attributes of the pages and the settings are made of it.
type command struct {
	name  string
	key   string // as it is typed: "r", "g i"; "mod+k" with the control or command key
	group string
	path  string // where it leads; "" = it presses what bears its name on the page
}

// Groups of commands, in the order of the help.
const (
	groupCase = "case"
	groupList = "list"
	groupGo   = "go"
)

var commands = []command{
	{"reply", "r", groupCase, ""},
	{"message", "p", groupCase, ""},
	{"note", "n", groupCase, ""},
	{"send", "mod+Enter", groupCase, ""},
	{"handoff", "h", groupCase, ""},
	{"accept", "y", groupCase, ""},
	{"take-back", "t", groupCase, ""},
	{"assign", "a", groupCase, ""},
	{"done", "e", groupCase, ""},
	{"snooze", "s", groupCase, ""},
	{"hold", "f", groupCase, ""}, // it freezes the clocks
	{"label", "l", groupCase, ""},
	{"why", "w", groupCase, ""},
	{"next", "j", groupList, ""},
	{"previous", "k", groupList, ""},
	{"open", "o", groupList, ""},
	{"back", "Escape", groupList, ""},
	{"search", "/", groupList, ""},
	{"news", ".", groupList, ""},
	{"palette", "mod+k", groupGo, "/palette"},
	{"help", "?", groupGo, "/keys"},
	{"new", "c", groupGo, "/"},
	{"go-needs-us", "g i", groupGo, "/inbox/needs-us"},
	{"go-due-today", "g t", groupGo, "/inbox/due-today"},
	{"go-waiting-on-others", "g w", groupGo, "/inbox/waiting-on-others"},
	{"go-handed-to-us", "g h", groupGo, "/inbox/handed-to-us"},
	{"go-done", "g d", groupGo, "/inbox/done"},
	{"go-offers", "g o", groupGo, "/offers"},
	{"go-reports", "g r", groupGo, "/reports"},
	{"go-me", "g s", groupGo, "/me"},
}

// label is what a command is called; a view is called as everywhere.
func (c command) label(v *visit) string {
	if view, ok := strings.CutPrefix(c.path, "/inbox/"); ok {
		return v.T("view." + view)
	}
	return v.T("web.command." + c.name)
}

// fixed are the keys that nobody changes: with a modifier they never stand in
// the way of writing (WCAG 2.1.4 is about single characters), and Escape leaves.
func (c command) fixed() bool { return strings.HasPrefix(c.key, "mod+") || c.key == "Escape" }

// keyboard is what a reader has made of the keys: switched off, or some of them
// in another place. It is kept with the browser, as the theme is: it is of the
// keyboard in front of it.
type keyboard struct {
	off   bool
	moved map[string]string // by the name of the command
}

// readKeyboard reads what was kept; whatever does not fit is left out.
func readKeyboard(text string) keyboard {
	k := keyboard{moved: map[string]string{}}
	for part := range strings.SplitSeq(text, "|") {
		name, key, found := strings.Cut(part, ":")
		if part == "off" {
			k.off = true
		}
		if c := commandOf(name); found && c != nil && !c.fixed() && goodKey(key) {
			k.moved[name] = key
		}
	}
	if k.clash() != "" {
		k.moved = map[string]string{}
	}
	return k
}

func (k keyboard) text() string {
	var parts []string
	if k.off {
		parts = append(parts, "off")
	}
	for _, c := range commands {
		if key := k.moved[c.name]; key != "" && key != c.key {
			parts = append(parts, c.name+":"+key)
		}
	}
	return strings.Join(parts, "|")
}

func commandOf(name string) *command {
	i := slices.IndexFunc(commands, func(c command) bool { return c.name == name })
	if i < 0 {
		return nil
	}
	return &commands[i]
}

// goodKey: one or two characters that a keyboard types, one after the other.
func goodKey(key string) bool {
	typed := strings.Split(key, " ")
	return len(typed) <= 2 && !slices.ContainsFunc(typed, func(s string) bool {
		return len(s) != 1 || s[0] <= ' ' || s[0] > '~' || strings.ContainsAny(s, `|:;,"\`)
	})
}

// key is where a command lies for this reader.
func (k keyboard) key(c command) string {
	if key := k.moved[c.name]; key != "" {
		return key
	}
	return c.key
}

// clash is a command that another one hides: with the same key, or with one that
// a sequence begins with. "" = none.
func (k keyboard) clash() string {
	for i, c := range commands {
		for _, other := range commands[:i] {
			one, two := k.key(c), k.key(other)
			if one == two || strings.HasPrefix(one, two+" ") || strings.HasPrefix(two, one+" ") {
				return c.name
			}
		}
	}
	return ""
}

// keyboard of this visit.
func (v *visit) keyboard() keyboard { return readKeyboard(cookie(v.r, "keys")) }

// worksHere tells whether the reader has a desk: keys, palette and live pages are
// for those who work on cases.
func (v *visit) worksHere() bool {
	return v.signedIn() && v.actor.Company != "" && v.kind() != wire.Customer && access.MaySome(v.actor, access.OpenCases)
}

// keys is what the script reads: by key, the name of a command or where it leads.
// When keys are switched off those with a modifier stay.
func (v *visit) keys() string {
	k, out := v.keyboard(), map[string]string{}
	for _, c := range commands {
		if k.off && !c.fixed() {
			continue
		}
		out[k.key(c)] = c.name
		if c.path != "" && c.name != "palette" {
			out[k.key(c)] = c.path
		}
	}
	text, err := json.Marshal(out)
	if err != nil {
		panic(err) // strings
	}
	return string(text)
}

// does marks what a command presses: a link, a button, a field, a choice or what
// can be opened.
func does(v *visit, name string) templ.Attributes {
	c := commandOf(name)
	if !v.worksHere() || c == nil {
		return nil
	}
	out := templ.Attributes{"data-do": name}
	if k := v.keyboard(); !k.off || c.fixed() {
		if key := shortcut(k.key(*c)); key != "" {
			out["aria-keyshortcuts"] = key
		}
	}
	return out
}

// shortcut is a key as assistive technology is told of it; a sequence cannot be.
func shortcut(key string) string {
	switch {
	case strings.Contains(key, " "):
		return ""
	case strings.HasPrefix(key, "mod+"):
		rest := strings.TrimPrefix(key, "mod+")
		return "Control+" + rest + " Meta+" + rest
	}
	return key
}

// keycaps are the keys of a command, one after the other.
func (v *visit) keycaps(key string) []string {
	if rest, ok := strings.CutPrefix(key, "mod+"); ok {
		return []string{v.T("web.keys.mod"), strings.ToUpper(rest[:1]) + rest[1:]}
	}
	return strings.Split(key, " ")
}

// keysView is the sheet of all keys, and where they are changed.
type keysView struct {
	board keyboard
	typed map[string]string
	saved bool
	fault mistakes
}

func keySheet(v *visit) error {
	return v.ok(keysPage(v, keysView{board: v.keyboard(), saved: v.r.URL.Query().Get("done") == "saved"}))
}

// saveKeys takes the keys as they stand in the form.
func saveKeys(v *visit) error {
	form, err := v.form()
	if err != nil {
		return err
	}
	if form.Get("reset") != "" {
		v.prefer("keys", "")
		return v.redirect("/keys?done=saved")
	}
	k := keyboard{off: form.Get("off") != "", moved: map[string]string{}}
	view := keysView{board: k, typed: map[string]string{}}
	for _, c := range commands {
		key := strings.Join(strings.Fields(form.Get("key."+c.name)), " ")
		if c.fixed() || !form.Has("key."+c.name) {
			continue
		}
		view.typed[c.name] = key
		if !goodKey(key) {
			view.fault = wrongKey(c.name, "web.keys.not-a-key", key)
			return v.page(422, keysPage(v, view))
		}
		k.moved[c.name] = key
	}
	if name := k.clash(); name != "" {
		view.fault = wrongKey(name, "web.keys.taken", k.key(*commandOf(name)))
		return v.page(422, keysPage(v, view))
	}
	v.prefer("keys", k.text())
	return v.redirect("/keys?done=saved")
}

func wrongKey(name, code, key string) mistakes {
	return mistakes{fault.New(fault.Invalid, "fields.invalid").At("key."+name, code, "key", key)}
}

// value is what stands in the field of a command.
func (k keysView) value(c command) string {
	if key, typed := k.typed[c.name]; typed {
		return key
	}
	return k.board.key(c)
}

// deskMarks are what the scripts of a desk read from a page: the keys, and that it
// may be asked for again when something has changed elsewhere.
func (v *visit) deskMarks() templ.Attributes {
	if !v.worksHere() {
		return nil
	}
	out := templ.Attributes{"data-keys": v.keys()}
	if v.follows() && v.status == http.StatusOK {
		out["data-follow"] = "/live?after=" + strconv.FormatInt(v.heard, 10) + v.attending
	}
	return out
}

// verbCommand is the command that opens the form of a verb; "" = none.
func verbCommand(verb string) string {
	switch verb {
	case "assign", "accept", "hold", "snooze", "label":
		return verb
	case "withdraw", "reclaim":
		return "take-back"
	case "close":
		return "done"
	}
	return ""
}

// audienceCommand is the command that chooses an audience: the note, the reply to
// the customer, the first other company.
func (w *caseView) audienceCommand(list []audience, i int) string {
	switch a := list[i]; {
	case a.Value == toInternal:
		return "note"
	case a.Value == w.c.Customer.Company:
		return "reply"
	case a.Value == toReaders || a.Value == toPropose:
		return ""
	}
	for _, a := range list[:i] {
		if w.audienceCommand([]audience{a}, 0) == "message" {
			return ""
		}
	}
	return "message"
}
