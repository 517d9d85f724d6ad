// Package web serves the pages: one file per screen, HTML that works without
// scripts, every job a plain link or form. A handler asks a use case and hands
// its answer to a template; it decides nothing.
package web

import (
	"net/http"
	"slices"
	"strings"
	"time"

	"switchboard/internal/app"
)

// Options are what the composition root decides.
type Options struct {
	App     *app.App
	Now     func() time.Time
	Demo    bool   // a throw-away world: labelled on every page
	BaseURL string // "https://desk.example"; decides whether cookies are for https only
}

// site is the web edge with what all its pages share.
type site struct {
	app    *app.App
	now    func() time.Time
	demo   bool
	base   string
	secure bool
	turns  *turns
}

// handler answers one request; its error becomes a page.
type handler func(*visit) error

// New makes the web edge. It serves the pages at / and what they load below
// /assets/.
func New(o Options) http.Handler {
	s := &site{app: o.App, now: o.Now, demo: o.Demo, base: strings.TrimRight(o.BaseURL, "/"), turns: newTurns()}
	s.secure = strings.HasPrefix(s.base, "https://")
	if s.now == nil {
		s.now = time.Now
	}
	mux := http.NewServeMux()
	for _, r := range s.routes() {
		mux.Handle(r.pattern, s.serve(r))
	}
	mux.HandleFunc("GET /assets/{name}", serveAsset)
	mux.Handle("GET /favicon.ico", http.RedirectHandler(at("icon.svg"), http.StatusFound))
	mux.Handle("/", s.serve(route{"", anyone, missing}))
	return s.guard(mux)
}

// door says who may come to a route at all; what he may do there is the use
// case's to say.
type door int

const (
	anyone   door = iota // signed out, too
	signedIn             // others are asked to sign in, and come back
	keeping              // the same, and what they typed is kept meanwhile
)

// route is one page or form.
type route struct {
	pattern string
	door    door
	handle  handler
}

// deskRoutes are the pages of those who work on cases.
var deskRoutes = []route{
	{"GET /inbox", signedIn, firstView},
	{"GET /inbox/{view}", signedIn, inbox},
	{"GET /live", signedIn, liveStream},
	{"GET /palette", signedIn, palette},
	{"GET /keys", signedIn, keySheet},
	{"POST /keys", signedIn, saveKeys},
	{"GET /reports", signedIn, weekReport},
	{"GET /reports/{name}", signedIn, oneReport},
	{"GET /reports/{name}/csv", signedIn, reportCSV},
	{"GET /drafts", signedIn, drafts},
	{"GET /views", signedIn, savedViews},
	{"POST /views", keeping, saveView},
	{"POST /views/{id}", keeping, changeView},
	{"POST /views/{id}/{act}", signedIn, actOnView},
	{"GET /macros", signedIn, macros},
	{"POST /macros", keeping, saveMacro},
	{"POST /macros/{id}", keeping, saveMacro},
	{"POST /macros/{id}/delete", signedIn, deleteMacro},
	{"GET /held/{id}", signedIn, toDrafts},
	{"POST /held/{id}", signedIn, undoHeld},
	{"GET /inbox/{view}/many", signedIn, toView},
	{"POST /inbox/{view}/many", keeping, actOnMany},
	{"POST /c/{n}/draft", signedIn, keepTyped},
	{"GET /c/{n}", signedIn, showCase},
	{"GET /c/{n}/timeline", signedIn, caseTimeline},
	{"GET /c/{n}/proof", signedIn, caseProof},
	{"GET /c/{n}/files/{file}", signedIn, caseFile},
	{"GET /c/{n}/files/{file}/preview", signedIn, casePicture},
	{"GET /c/{n}/handoff", signedIn, handoffForm},
	{"POST /c/{n}/handoff", keeping, sendHandoff},
	{"GET /c/{n}/{verb}", signedIn, toCase},
	{"POST /c/{n}/{verb}", keeping, actOnCase},
}

// ownRoutes are what people and companies arrange for themselves.
var ownRoutes = []route{
	{"GET /me", signedIn, me},
	{"POST /me", signedIn, saveMe},
	{"POST /me/password", signedIn, savePassword},
	{"GET /people", signedIn, people},
	{"POST /people", signedIn, invite},
	{"POST /people/{id}", signedIn, savePerson},
	{"GET /company", signedIn, company},
	{"POST /company", signedIn, saveCompany},
	{"GET /company/profile", signedIn, profile},
	{"POST /company/profile", signedIn, saveProfile},
	{"GET /targets", signedIn, targetsList},
	{"GET /targets/{id}", signedIn, targetsForm},
	{"POST /targets/{id}", signedIn, saveTargets},
	{"GET /intake", signedIn, intakeForms},
	{"GET /intake/new", signedIn, newIntake},
	{"GET /intake/{topic}", signedIn, intakeForm},
	{"POST /intake/{topic}", signedIn, saveIntake},
	{"GET /audit", signedIn, auditLog},
	{"GET /setup/reach", signedIn, profile},
	{"POST /setup/reach", signedIn, saveProfile},
	{"GET /setup/offers", signedIn, directoryForm},
	{"POST /setup/offers", signedIn, importDirectory},
	{"GET /setup/people", signedIn, people},
	{"POST /setup/people", signedIn, invite},
	{"GET /tokens", signedIn, tokens},
	{"POST /tokens", signedIn, createToken},
	{"POST /tokens/{id}/revoke", signedIn, revokeToken},
}

func (s *site) routes() []route {
	routes := []route{
		{"GET /{$}", anyone, ask},
		{"GET /answer", anyone, answer},
		{"GET /offers", anyone, offers},
		{"GET /offers/{id}", anyone, offer},
		{"GET /offers/{id}/edit", signedIn, editOffer},
		{"POST /offers/{id}/edit", signedIn, saveOffer},
		{"POST /offers/{id}/verify", signedIn, verifyOffer},
		{"POST /offers/{id}/contacts/{contact}/{act}", signedIn, settleContact},

		{"GET /rules", anyone, rules},
		{"GET /rules/try", signedIn, tryRules},
		{"POST /rules/try", signedIn, tryRules},
		{"GET /rules/history", anyone, rulesHistory},
		{"GET /rules/history/{version}", anyone, rulesVersion},
		{"GET /rules/publish", signedIn, editRules},
		{"POST /rules/publish", signedIn, publishRules},

		{"GET /agreements", signedIn, agreements},
		{"GET /agreements/{provider}/{reseller}", signedIn, split},
		{"GET /agreements/{provider}/{reseller}/propose", signedIn, proposeForm},
		{"POST /agreements/{provider}/{reseller}/propose", signedIn, propose},
		{"POST /agreements/{provider}/{reseller}/{act}", signedIn, actOnSplit},

		{"GET /customers", signedIn, customers},
		{"GET /customers/{id}", signedIn, sheet},
		{"GET /customers/{id}/sheet.csv", signedIn, sheetCSV},
		{"GET /gaps", signedIn, gaps},

		{"POST /send", anyone, send},
		{"GET /send", anyone, sendAgain},
		{"GET /r", signedIn, requests},
		{"GET /r/{ref}", anyone, request},
		{"POST /r/{ref}", anyone, reply},
		{"GET /r/{ref}/sent", anyone, sent},
		{"GET /r/{ref}/files/{n}", anyone, requestFile},
		{"GET /r/{ref}/files/{n}/preview", anyone, requestPicture},
		{"POST /r/{ref}/links", anyone, share},
		{"POST /r/{ref}/links/{id}/revoke", anyone, unshare},
		{"GET /link/{token}", anyone, guestLanding},
		{"POST /link/{token}", anyone, enterAsGuest},
		{"GET /g/{n}", anyone, invited},
		{"GET /g/{n}/files/{file}", anyone, invitedFile},
		{"POST /g/{n}/{verb}", anyone, actInvited},

		{"GET /s/{token}", anyone, subscriptionLink},
		{"GET /s/{token}/answer", anyone, subscriptionAnswer},
		{"GET /s/{token}/qr.svg", anyone, subscriptionQR},
		{"GET /s/{token}/card", anyone, subscriptionCard},

		{"GET /signin", anyone, signinForm},
		{"POST /signin", anyone, signin},
		{"GET /signin/{secret}", anyone, signinLink},
		{"POST /signin/{secret}", anyone, useSigninLink},
		{"GET /invite/{secret}", anyone, invitation},
		{"POST /invite/{secret}", anyone, acceptInvitation},
		{"GET /setup", anyone, setup},
		{"GET /setup/{secret}", anyone, foundingForm},
		{"POST /setup/{secret}", anyone, setUp},
		{"POST /signout", anyone, signout},
		{"POST /prefs", anyone, setPreferences},
	}
	routes = slices.Concat(routes, deskRoutes, ownRoutes)
	if s.demo {
		routes = append(routes, route{"GET /dev/components", anyone, components}, route{"GET /dev/mail", anyone, devMail})
	}
	return routes
}

// Patterns lists the routes of the pages, for whoever holds each of them against
// something.
func Patterns() (out []string) {
	for _, r := range (&site{demo: true}).routes() {
		out = append(out, r.pattern)
	}
	return out
}
