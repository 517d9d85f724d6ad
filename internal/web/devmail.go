package web

import (
	"net/http"
	"net/url"
	"strings"

	"switchboard/internal/app"
)

// devMailView is the mailbox of a demonstration: what would have been sent.
type devMailView struct {
	number  string // of the one case that is looked at
	letters []app.Letter
	older   string
	names   *nameBook
}

// devMail is a page of the demonstration alone: it stands for everybody's mailbox,
// and each letter in it holds what its own reader may read.
func devMail(v *visit) error {
	q := v.r.URL.Query()
	view := devMailView{number: q.Get("case"), names: newNameBook(v)}
	letters, more, err := v.site.app.Letters(v.ctx(), app.LetterFilter{Case: view.number, After: q.Get("after"), Base: v.absolute("")})
	if err != nil {
		return err
	}
	view.letters = letters
	if more {
		q.Set("after", letters[len(letters)-1].ID)
		view.older = "/dev/mail?" + q.Encode()
	}
	v.w.Header().Set("Referrer-Policy", "no-referrer")
	return v.page(http.StatusOK, devMailPage(v, view))
}

// aroundLink is the body of a letter before and behind its link.
func aroundLink(l app.Letter) (before, after string) {
	before, after, _ = strings.Cut(l.Body, l.Link)
	return before, after
}

// linkOf is the local address of the link, so that the page works under whatever name it was asked
// for.
func linkOf(l app.Letter) string {
	u, err := url.Parse(l.Link)
	if err != nil {
		return "/"
	}
	return u.RequestURI()
}
