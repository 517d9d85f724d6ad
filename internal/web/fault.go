package web

import (
	"strconv"

	"switchboard/internal/fault"
)

// faultView is the page of an error: what happened, what to do, where to go.
type faultView struct {
	status int
	fault  *fault.Error
}

// title is the headline for a status; every page of an error has a next step.
func (f faultView) title(v *visit) string {
	if key := "web.fault." + strconv.Itoa(f.status); v.p.Has(key) {
		return v.T(key)
	}
	return v.T("web.fault.other")
}

// sentence says what happened. What is missing and what is foreign are never
// told apart, and a defect says nothing of itself but its number.
func (f faultView) sentence(v *visit) string {
	if f.fault.Kind == fault.Internal || !v.p.Has(f.fault.Code) {
		return v.T("web.fault." + string(f.fault.Kind) + ".text")
	}
	return v.p.T(f.fault.Code, f.fault.Args)
}

// retry tells whether coming back later helps.
func (f faultView) retry() bool {
	return f.fault.Kind == fault.Unavailable || f.fault.Kind == fault.TooMany || f.fault.Kind == fault.Internal
}
