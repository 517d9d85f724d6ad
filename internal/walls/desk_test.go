//go:build unix

package walls

import (
	"maps"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"switchboard/internal/access"
	"switchboard/internal/app"
	"switchboard/internal/fault"
	"switchboard/internal/store"
	"switchboard/internal/web"
	"switchboard/wire"
)

// deskRows is the matrix of the pages of those who work on cases: {n} stands for
// every case, {file} for every event, {verb} for every form. No form names the
// version that it was made for, so none of them changes anything: what comes back
// is the page with what was typed.
var deskRows = map[string][]string{ // forms; none = it is read
	"GET /inbox":                      nil,
	"GET /inbox/{view}":               nil,
	"GET /drafts":                     nil,
	"GET /views":                      nil,
	"POST /views":                     {"", "new.name=x&new.query=is:opne"},
	"POST /views/{id}":                {"", "version=999&view.name=x"},
	"POST /views/{id}/{act}":          {"nonsense=x"},
	"GET /macros":                     nil,
	"POST /macros":                    {"", "new.name=x&new.audience=internal"},
	"POST /macros/{id}":               {"", "version=999&macro.name=x"},
	"POST /macros/{id}/delete":        {"macros=none"},
	"POST /c/{n}/draft":               {"", "say.to=internal&say.text=", "say.to=wallsriv&say.text=t", "say.to=readers&say.answers=2&say.text="},
	"GET /c/{n}":                      nil,
	"GET /reports":                    nil,
	"GET /reports/{name}":             nil,
	"GET /reports/{name}/csv":         nil,
	"GET /c/{n}/timeline":             nil,
	"GET /c/{n}/proof":                nil,
	"GET /c/{n}/files/{file}":         nil,
	"GET /c/{n}/handoff":              nil,
	"GET /c/{n}/{verb}":               nil,
	"POST /c/{n}/handoff":             {"", "do=look&to=wallsprov&summary=s", "do=look&to=wallspub&summary=s", "do=send&to=wallsriv&summary=s"},
	"POST /c/{n}/{verb}":              {"", partsForm, "say.to=wallspub&say.text=t", "to=customer&text=t", "to=wallspub&text=t&person=p&reference=r&reason=other&evidence=e&other=wallsprov"},
	"GET /held/{id}":                  nil,
	"POST /held/{id}":                 {"", "back=/inbox/all"},
	"GET /inbox/{view}/many":          nil,
	"POST /inbox/{view}/many":         {"", "do=assign&assignee=wallspp&case={A}.0&case={L}.0&case={H}.0", "do=close&reason=duplicate&text=t&case={J}.0&case={D}.0", "do=withdraw&case={B}.0&case=00000000018.0"},
	"GET /c/{n}/files/{file}/preview": nil,
}

// partsForm is a form that comes in parts with a file, as a browser sends it.
const partsForm = "--parts\r\nContent-Disposition: form-data; name=\"say.text\"\r\n\r\nt\r\n--parts\r\nContent-Disposition: form-data; name=\"say.files\"; filename=\"t.txt\"\r\n\r\nt\r\n" +
	"--parts\r\nContent-Disposition: form-data; name=\"say.to\"\r\n\r\nwallspub\r\n--parts--\r\n"

var ofDesk = regexp.MustCompile(`^(GET|POST) /(inbox|drafts|views|macros|held|reports|c)(/|$)`)

func TestEveryPageOfTheDeskHasARow(t *testing.T) {
	everyPageHasARow(t, ofDesk, deskRows)
}

// deskAddresses are those of a row, for every case there is.
func (w *world) deskAddresses(path string) (out []string) {
	switch {
	case path == "/inbox/{view}":
		for _, v := range app.CaseViews() {
			out = append(out, "/inbox/"+v.Name)
		}
		for _, id := range w.savedViews() {
			out = append(out, "/inbox/saved-"+id)
		}
		out = append(out, "/inbox/none", "/inbox/all?q=zq", "/inbox/all?q=with%3Awallsprov", "/inbox/all?q=offer%3Abackup+sort%3Aopened")
		for _, id := range strings.Fields(w.put(ids["cases"])) {
			out = append(out, "/inbox/all?case="+url.QueryEscape(id))
		}
	case path == "/inbox/{view}/many":
		out = append(out, "/inbox/all/many", "/inbox/none/many", "/inbox/all/many?q=zq")
	case path == "/held/{id}":
		for _, a := range actors {
			for i, h := range w.waiting(a) {
				out = append(out, "/held/"+[]string{h.ID, h.Bundle}[i%2])
			}
		}
		out = append(out, "/held/none")
	case strings.Contains(path, "{name}"):
		for _, name := range append(wire.Reports(), "none") {
			out = append(out, w.deskAddresses(strings.ReplaceAll(path, "{name}", name))...)
		}
	case strings.HasPrefix(path, "/reports"): // the week of the story, and the one before
		out = append(out, path, path+"?week=2026-W47")
	case strings.Contains(path, "{file}"):
		for n := range 24 {
			out = append(out, w.deskAddresses(strings.ReplaceAll(path, "{file}", strconv.Itoa(n)))...)
		}
	case strings.Contains(path, "{verb}"):
		for _, verb := range append(web.CaseVerbs(), "nonsense") {
			out = append(out, w.deskAddresses(strings.ReplaceAll(path, "{verb}", verb))...)
		}
	case path == "/views/{id}/{act}": // forgetting comes last, and of none
		for _, id := range w.savedViews() {
			out = append(out, "/views/"+id+"/up", "/views/"+id+"/nonsense")
		}
		out = append(out, "/views/none/delete")
	case strings.HasPrefix(path, "/views/{id}"):
		for _, id := range w.savedViews() {
			out = append(out, strings.ReplaceAll(path, "{id}", id))
		}
	case path == "/macros/{id}/delete":
		out = append(out, "/macros/none/delete")
	case strings.HasPrefix(path, "/macros/{id}"):
		for _, id := range macroIDs() {
			out = append(out, strings.ReplaceAll(path, "{id}", id))
		}
	case path == "/c/{n}":
		for _, id := range strings.Fields(w.put(ids["cases"])) {
			out = append(out, "/c/"+url.PathEscape(id))
			for _, macro := range macroIDs() {
				out = append(out, "/c/"+url.PathEscape(id)+"?macro="+macro)
			}
		}
	case strings.Contains(path, "{n}"):
		for _, id := range strings.Fields(w.put(ids["cases"])) {
			out = append(out, strings.ReplaceAll(path, "{n}", url.PathEscape(id)))
		}
	default:
		out = append(out, path)
	}
	return out
}

// Every page of the desk, as everybody: nobody is told a word that was not
// written for him, and no refused form changes a case.
func TestTheDeskTellsNobodyAForeignWord(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.play(story...)
		drafts, waiting := w.drafts(), w.pressed()
		w.arrange()
		p, before := newPortal(w), w.versions()
		for pattern, forms := range deskRows {
			method, path, _ := strings.Cut(pattern, " ")
			if method == http.MethodGet {
				forms = []string{""}
			}
			for i, at := range w.deskAddresses(path) {
				for j, a := range actors {
					for _, form := range formsAt(pattern, forms, i+j) {
						w.scan(a.letter, p.visit(a.letter, method, at, w.put(form), ""))
					}
				}
			}
		}
		if after := w.versions(); !slices.Equal(before, after) {
			t.Errorf("cases were changed:\n%v\n%v", before, after)
		}
		maps.Copy(drafts, waiting)
		for word, letter := range drafts {
			if !w.told[letter][word] {
				t.Errorf("%s is not told its draft %s", letter, word)
			}
		}
		for letter, path := range map[string]string{"R": "{A}", "P": "{J}", "C": "{A}"} {
			if a := p.visit(letter, http.MethodGet, "/c/"+w.put(path), "", ""); a.status != http.StatusOK || len(marked(a.body)) == 0 {
				t.Errorf("%s reads nothing of %s: %d", letter, path, a.status)
			}
		}
	})
}

// formsAt are the forms that are sent to one address: all, but of the verbs of a case,
// which are many, one after the other, so that everybody sends each with each verb to
// some cases and to each case with some verbs.
func formsAt(pattern string, forms []string, turn int) []string {
	if pattern != "POST /c/{n}/{verb}" {
		return forms
	}
	return forms[turn%len(forms):][:1]
}

// pressed leaves what waits to go out on many cases, and tells whose each word is:
// until then it is the own company's, whoever it is meant for.
func (w *world) pressed() map[string]string {
	w.t.Helper()
	out := map[string]string{}
	for _, a := range actors {
		if a.company == "" {
			continue
		}
		actor := w.authenticated(a)
		for _, of := range []string{"{A} wallscust", "{J} wallspub", "{H} wallsprov", "{J} propose", "{H} send"} {
			number, to, _ := strings.Cut(w.put(of), " ")
			word := w.word(a.letter)
			p := app.Press{Verb: app.VerbSay, Message: &wire.NewMessage{Audience: []string{to}, Text: word}, For: app.DraftKey{Audience: to}}
			switch to {
			case "propose":
				p = app.Press{Verb: to, Solve: &wire.CaseStep{Text: word}, For: app.DraftKey{Audience: app.DraftPropose}}
			case "send":
				p = app.Press{Verb: to, Send: &wire.NewHandoff{To: "wallsprov", Package: wire.Package{Summary: word}}, For: app.FormDraft(to)}
			}
			if _, err := w.app.Press(w.t.Context(), actor, number, p, nil, "en"); err == nil {
				out[word] = a.letter
			} else {
				w.forget(1)
			}
		}
	}
	if len(out) < 5 {
		w.t.Fatalf("%d commands wait: this test says little", len(out))
	}
	return out
}

func (w *world) authenticated(a actor) access.Actor {
	w.t.Helper()
	out, _, err := w.app.Authenticate(w.t.Context(), w.tokens[a.letter], access.ViaAPI)
	if err != nil {
		w.t.Fatal(err)
	}
	return out
}

// waiting is what somebody has pressed.
func (w *world) waiting(a actor) []wire.Held {
	w.t.Helper()
	if a.company == "" {
		return nil
	}
	list, err := w.app.Helds(w.t.Context(), w.authenticated(a))
	if err != nil && !fault.Is(err, fault.Denied) {
		w.t.Fatal(err)
	}
	return list
}

// drafts leaves one of each audience on many cases, and tells whose each word is:
// a draft is its writer's, whoever it is meant for.
func (w *world) drafts() map[string]string {
	w.t.Helper()
	out := map[string]string{}
	for _, a := range actors {
		if a.company == "" {
			continue
		}
		actor := w.authenticated(a)
		for _, of := range []string{"{A} customer", "{A} internal", "{J} wallspub", "{J} propose", "{H} wallsprov", "{F} internal", "{D} internal"} {
			number, audience, _ := strings.Cut(w.put(of), " ")
			if audience == "customer" {
				audience = "wallscust"
			}
			word := w.word(a.letter)
			err := w.app.KeepDraft(w.t.Context(), actor, number, app.Typed{For: app.DraftKey{Audience: audience}, Text: word})
			if err == nil {
				out[word] = a.letter
			}
		}
	}
	if len(out) < 10 {
		w.t.Fatalf("%d drafts: this test says little", len(out))
	}
	return out
}

// versions are the seqs of all cases.
func (w *world) versions() (out []int64) {
	w.t.Helper()
	for _, number := range strings.Fields(w.put("{A} {B} {L} {H} {J} {S} {E} {F} {G} {K} {Y} {D}")) {
		err := w.store.View(w.t.Context(), func(tx *store.Tx) error {
			c, err := tx.Case(number)
			if err == nil {
				out = append(out, c.Seq)
			}
			return err
		})
		if err != nil {
			w.t.Fatal(err)
		}
	}
	return out
}
