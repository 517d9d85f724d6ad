package web

import (
	"net/url"

	"switchboard/internal/app"
)

// auditView is a page of what was done, newest first.
type auditView struct {
	entries []app.Entry
	next    string
	names   *nameBook
}

func auditLog(v *visit) error {
	entries, next, err := v.site.app.AuditLog(v.ctx(), v.actor, v.r.URL.Query().Get("cursor"), pageSize)
	if err != nil {
		return err
	}
	view := auditView{entries: entries, names: newNameBook(v)}
	if next != "" {
		view.next = "/audit?" + url.Values{"cursor": {next}}.Encode()
	}
	return v.ok(auditPage(v, view))
}
