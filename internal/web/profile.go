package web

import (
	"net/url"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"switchboard/internal/calendar"
	"switchboard/internal/directory"
	"switchboard/internal/fault"
	"switchboard/wire"
)

// profileView is how others reach the reader's company, and when it works.
type profileView struct {
	support wire.Support
	version int64
	done    bool
	changed bool // by somebody else meanwhile; what stands here are the reader's words
	fault   mistakes
}

func profile(v *visit) error {
	own, version, err := v.ownCompany()
	if err != nil {
		return err
	}
	view := profileView{version: version, done: v.r.URL.Query().Get("done") == "saved"}
	if own.Support != nil {
		view.support = *own.Support
	}
	return v.ok(profilePage(v, view))
}

// ownCompany is the company whose people may change it.
func (v *visit) ownCompany() (*wire.Company, int64, error) {
	if v.actor.Company == "" {
		return nil, 0, fault.New(fault.Denied, "case.no-company")
	}
	object, version, err := v.site.app.Get(v.ctx(), v.actor, directory.Companies, v.actor.Company)
	if err != nil {
		return nil, 0, err
	}
	return object.(*wire.Company), version, nil
}

func saveProfile(v *visit) error {
	form, err := v.form()
	if err != nil {
		return err
	}
	own, now, err := v.ownCompany()
	if err != nil {
		return err
	}
	version, err := strconv.ParseInt(form.Get("version"), 10, 64)
	if err != nil {
		return fault.New(fault.Invalid, "web.form.unreadable")
	}
	typed := *own
	support := readProfile(form)
	if typed.Support = &support; reflect.DeepEqual(support, wire.Support{}) {
		typed.Support = nil
	}
	err = v.do(there(v.afterProfile()), func() (string, error) {
		_, err := v.site.app.Put(v.ctx(), v.actor, &typed, &version)
		return typed.ID, err
	})
	wrong, again := rejected(err)
	if !again {
		return err
	}
	view := profileView{support: support, version: version, fault: wrong}
	if wrong.fault.Kind == fault.Stale {
		view.version, view.changed = now, true // sending again means these words
	}
	return v.page(wire.Status(string(wrong.fault.Kind)), profilePage(v, view))
}

// afterProfile is the page itself, or the next step of the first start.
func (v *visit) afterProfile() string {
	if step := v.setupStep(); step > 0 {
		return setupNext(step)
	}
	return "/company/profile?done=saved"
}

func readProfile(form url.Values) wire.Support {
	at := func(name string) string { return trimmed(form, "support."+name) }
	return wire.Support{Name: at("name"), Email: at("email"), Phone: at("phone"), URL: at("url"), Hours: at("hours"), TZ: at("tz"), Holidays: at("holidays"),
		Closed: eachLine(at("closed")), Open: eachLine(at("open")), Languages: form["support.languages"]}
}

// eachLine is a list as it is typed: one entry on a line.
func eachLine(text string) (out []string) {
	for line := range strings.Lines(text) {
		if line = strings.TrimSpace(line); line != "" {
			out = append(out, line)
		}
	}
	return out
}

// holidayChoices are the sets that there are, in the order of their names.
func holidayChoices(v *visit) []choice {
	var out []choice
	for _, set := range calendar.HolidaySets() {
		out = append(out, choice{Value: set, Text: v.T("web.profile.set." + strings.ToLower(set))})
	}
	slices.SortFunc(out, func(a, b choice) int { return strings.Compare(a.Text, b.Text) })
	return append([]choice{{Text: v.T("web.profile.set.none")}}, out...)
}
