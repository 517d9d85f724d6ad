package web

import (
	"errors"
	"io"
	"mime/multipart"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"switchboard/internal/access"
	"switchboard/internal/app"
	"switchboard/internal/fault"
	"switchboard/wire"
)

// The first start in four steps (experience 6.3): the first makes the company and its
// first person and needs the one-time link; the others are pages that the person has
// anyway, one after the other, and each can be skipped.

// setupSteps are where the steps are; the first has its link.
var setupSteps = []string{"", "/setup/reach", "/setup/offers", "/setup/people"}

// setupEnd is where it ends: what would leave somebody without an answer.
const setupEnd = "/gaps"

// setupNext is where a step leads.
func setupNext(step int) string {
	if step < len(setupSteps) {
		return setupSteps[step]
	}
	return setupEnd
}

// setupStep is the number of the step that an address is of; 0 = of none.
func (v *visit) setupStep() int { return slices.Index(setupSteps, v.r.URL.Path) + 1 }

// within is where the form of a page goes: to the step that it is of, else to where
// the page is.
func (v *visit) within(page string) templ.SafeURL {
	if v.setupStep() > 0 {
		page = v.r.URL.Path
	}
	return templ.SafeURL(page)
}

// foundingView is the first step, as typed; a password is never shown again.
type foundingView struct {
	company, kind, name, email string
	fault                      mistakes
}

// foundingKinds are the companies that run a desk.
var foundingKinds = []string{wire.Operator, wire.Provider, wire.DirectPartner, wire.Reseller, wire.Publisher}

// setup tells whoever comes without the link how to begin, and whoever works here
// where to go on.
func setup(v *visit) error {
	waits, err := v.site.app.NeedsSetup(v.ctx())
	if err != nil {
		return err
	}
	if waits {
		return v.ok(setupWaitingPage(v))
	}
	if v.signedIn() {
		return v.redirect(setupSteps[1])
	}
	return v.redirect("/")
}

func foundingForm(v *visit) error {
	if err := v.site.app.OpensSetup(v.ctx(), v.r.PathValue("secret")); err != nil {
		return v.setupEnded(err)
	}
	return v.ok(foundingPage(v, foundingView{kind: wire.Operator}))
}

func setUp(v *visit) error {
	form, err := v.form()
	if err != nil {
		return err
	}
	view := foundingView{company: trimmed(form, "company.name"), kind: form.Get("company.kinds"), name: trimmed(form, "person.name"), email: trimmed(form, "person.email")}
	session, _, err := v.site.app.SetUp(v.ctx(), v.r.PathValue("secret"), view.founding(v, form))
	if err == nil {
		v.beginSession(session)
		return v.redirect(setupNext(1))
	}
	wrong, again := rejected(err)
	if !again || wrong.fault.Code == "setup.done" {
		return v.setupEnded(err)
	}
	view.fault = wrong
	return v.page(wire.Status(string(wrong.fault.Kind)), foundingPage(v, view))
}

// setupEnded: a link that opens nothing says why, and what to do.
func (v *visit) setupEnded(err error) error {
	if !fault.Is(err, fault.Denied) && !fault.Is(err, fault.Conflict) {
		return err
	}
	return v.page(http.StatusGone, setupEndedPage(v))
}

// founding makes the objects of what was typed. The zone is the browser's.
func (f foundingView) founding(v *visit, form url.Values) app.Founding {
	lang := string(v.lang())
	company := wire.Company{ID: companyID(f.company, f.email), Locale: lang}
	if f.company != "" {
		company.Name = wire.Text{lang: f.company}
	}
	if f.kind != "" {
		company.Kinds = []string{f.kind}
	}
	person := wire.Person{Company: company.ID, Name: f.name, Email: f.email, Lang: lang}
	if v.zone != nil {
		company.TZ, person.TZ = v.zone.String(), v.zone.String()
	}
	person.ID = personID(person)
	return app.Founding{Company: company, Person: person, Password: form.Get("password")}
}

// companyID makes an id of a name; of one in other letters, of where its mail goes.
func companyID(name, email string) string {
	if id := idOf(name); id != "" {
		return id
	}
	_, domain, _ := strings.Cut(email, "@")
	first, _, _ := strings.Cut(domain, ".")
	if id := idOf(first); id != "" {
		return id
	}
	return "company"
}

// directoryView is the third step.
type directoryView struct {
	report *wire.ImportReport // of what was just sent
	fault  mistakes
}

func directoryForm(v *visit) error { return v.ok(directoryPage(v, directoryView{})) }

// importDirectory takes the one file of the form as it arrives.
func importDirectory(v *visit) error {
	if !v.may(access.ImportDirectory) {
		return fault.New(fault.Denied, "denied")
	}
	view := directoryView{}
	part, err := v.firstFile()
	if err == nil {
		view.report, err = v.site.app.Import(v.ctx(), v.actor, []app.Input{{Name: part.FileName(), Reader: part, Format: "auto"}}, app.ImportOptions{Lang: v.lang()})
		err = unlessTooLong(err)
	}
	if err == nil {
		return v.ok(directoryPage(v, view))
	}
	wrong, again := rejected(err)
	if !again {
		return err
	}
	view.fault = wrong
	return v.page(wire.Status(string(wrong.fault.Kind)), directoryPage(v, view))
}

// firstFile is the file that was chosen.
func (v *visit) firstFile() (*multipart.Part, error) {
	v.r.Body = http.MaxBytesReader(v.w, v.r.Body, mostParcel)
	parts, err := v.r.MultipartReader()
	if err != nil {
		return nil, fault.Wrap(err, fault.Invalid, "web.form.unreadable")
	}
	for {
		part, err := parts.NextPart()
		switch {
		case errors.Is(err, io.EOF):
			return nil, fault.New(fault.Invalid, "fields.invalid").At("file", "web.setup.offers.no-file")
		case err != nil:
			return nil, cutOff(err)
		}
		if name, isFile := fileOf(part); isFile && name != "" {
			return part, nil
		}
	}
}

// unlessTooLong: a body beyond its bound says so, whatever the reader of it made of that.
func unlessTooLong(err error) error {
	if errors.As(err, new(*http.MaxBytesError)) {
		return cutOff(err)
	}
	return err
}

// counts are what an import has changed, noun by noun, in the order of the names.
func (d directoryView) counts(v *visit) (rows [][]string) {
	for noun, n := range d.report.Plan {
		rows = append(rows, []string{v.T("cli.noun." + noun), strconv.Itoa(n.Create), strconv.Itoa(n.Change), strconv.Itoa(n.Unchanged)})
	}
	slices.SortFunc(rows, func(a, b []string) int { return strings.Compare(a[0], b[0]) })
	return rows
}

// shownProblems is how many wrong rows are shown at once.
const shownProblems = 20

func firstProblems(r *wire.ImportReport) []wire.RowProblem {
	return r.Errors[:min(len(r.Errors), shownProblems)]
}
