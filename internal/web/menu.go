package web

import (
	"net/http"
	"net/url"
	"strings"

	"switchboard/internal/access"
	"switchboard/internal/app"
	"switchboard/wire"
)

type menuItem struct {
	Path, Key string
	Here      bool
}

// menu lists the places this reader can go to.
func (v *visit) menu() []menuItem {
	items := []menuItem{{Path: "/", Key: "web.nav.ask"}, {Path: "/offers", Key: "web.nav.offers"}}
	if v.actor.Company != "" && v.kind() != wire.Customer && access.MaySome(v.actor, access.OpenCases) {
		items = append([]menuItem{{Path: "/inbox", Key: "web.nav.inbox"}}, items...)
	}
	if v.actor.Company != "" && v.kind() == wire.Customer && !v.actor.Invited {
		items = append(items, menuItem{Path: "/r", Key: "web.requests.title"}, menuItem{Path: "/customers/" + v.actor.Company, Key: "web.customers.sheet"})
	} else if v.may(access.SeeCustomerRecords) {
		items = append(items, menuItem{Path: "/customers", Key: "web.nav.customers"})
	}
	if access.IsPartner(v.actor) || v.actor.Operator {
		items = append(items, menuItem{Path: "/agreements", Key: "web.nav.agreements"})
	}
	items = append(items, menuItem{Path: "/rules", Key: "web.nav.rules"})
	if v.signedIn() {
		items = append(items, menuItem{Path: "/gaps", Key: "web.nav.gaps"})
	}
	if v.worksHere() && app.MayReport(v.actor) {
		items = append(items, menuItem{Path: "/reports", Key: "web.nav.reports"})
	}
	for i := range items {
		items[i].Here = v.isAt(items[i].Path)
	}
	return items
}

func (v *visit) isAt(path string) bool {
	if path == "/" {
		return v.r.URL.Path == "/" || v.r.URL.Path == "/answer"
	}
	if path == "/inbox" && (v.isAt("/c") || v.isAt("/drafts")) {
		return true
	}
	return v.r.URL.Path == path || strings.HasPrefix(v.r.URL.Path, path+"/")
}

// portalParty is the partner whose own host was called.
func (v *visit) portalParty() wire.Party {
	name, lang := orID(v.portal.Name, v.portal.ID).In(string(v.lang()))
	if lang == "" {
		lang = scriptOf(name, string(v.lang()))
	}
	return wire.Party{Company: v.portal.ID, Name: name, Lang: lang}
}

// signinPath comes back to this page after signing in.
func (v *visit) signinPath() string {
	if strings.HasPrefix(v.r.URL.Path, "/signin") || strings.HasPrefix(v.r.URL.Path, "/link/") || v.r.Method != "GET" {
		return "/signin"
	}
	return "/signin?to=" + url.QueryEscape(v.here())
}

func (v *visit) themeName() string {
	if v.theme == "" {
		return "system"
	}
	return v.theme
}

func pressed(yes bool) string {
	if yes {
		return "true"
	}
	return "false"
}

// pageTitle says in the first word when something went wrong (WCAG 3.3.1).
func (v *visit) pageTitle(title string) string {
	title += " · " + v.T("web.brand")
	if v.status >= http.StatusBadRequest {
		return v.T("web.fault.title", "title", title)
	}
	return title
}
