package web

import (
	"net/url"
	"strings"

	"switchboard/internal/app"
	"switchboard/internal/fault"
	"switchboard/internal/text"
)

// hit is one line of the palette: something to do, somewhere to go, something
// that was found.
type hit struct {
	group      string // do, go, offer, case, search, ask
	text, lang string
	more       string
	key        string
	command    string // pressed on the page below the dialog
	path       string
}

type paletteView struct {
	query string
	found []hit
}

// fewFound is how many offers and cases a few letters show.
const fewFound = 5

// palette lists what fits some letters. It finds what its reader would find on
// the pages of offers and cases, by the same use cases.
func palette(v *visit) error {
	p := paletteView{query: strings.TrimSpace(v.r.URL.Query().Get("q"))}
	p.commands(v)
	if p.query != "" {
		for _, look := range []func(*visit) error{p.offers, p.cases} {
			if err := look(v); err != nil {
				return err
			}
		}
		p.asks(v)
	}
	return v.ok(palettePage(v, p))
}

// commands with a path lead there without a script too; the others are pressed on
// the page, so the palette's own page has none of them.
func (p *paletteView) commands(v *visit) {
	if !v.worksHere() {
		return
	}
	board, wanted := v.keyboard(), text.Fold(p.query)
	for _, c := range commands {
		label := c.label(v)
		if c.name == "palette" || !strings.Contains(text.Fold(label), wanted) {
			continue
		}
		f := hit{group: "go", text: label, lang: string(v.lang()), command: c.name, path: c.path}
		if f.path == "" {
			f.group, f.path = "do", "/keys"
		}
		if !board.off || c.fixed() {
			f.key = board.key(c)
		}
		p.found = append(p.found, f)
	}
}

func (p *paletteView) offers(v *visit) error {
	page, err := v.site.app.Offers(v.ctx(), v.actor, app.OfferFilter{Query: p.query, Limit: fewFound}, v.lang())
	if err != nil {
		return err
	}
	for _, o := range page.Items {
		name, lang := o.Name.In(string(v.lang()))
		p.found = append(p.found, hit{group: "offer", text: orText(name, o.ID), lang: orText(lang, scriptOf(name, string(v.lang()))), path: "/offers/" + o.ID})
	}
	return nil
}

// cases by number, words or any query of the grammar; what is none finds nothing.
func (p *paletteView) cases(v *visit) error {
	if !v.worksHere() {
		return nil
	}
	page, err := v.site.app.Cases(v.ctx(), v.actor, app.CaseFilter{Query: p.query, Limit: fewFound}, v.lang())
	if fault.Is(err, fault.Invalid) {
		return nil
	}
	if err != nil {
		return err
	}
	for _, c := range page.Items {
		p.found = append(p.found, hit{group: "case", text: c.Subject, lang: c.Lang, more: "#" + c.Number, path: "/c/" + c.Number})
	}
	return nil
}

// asks: the letters as a search, and as a question.
func (p *paletteView) asks(v *visit) {
	q := url.Values{"q": {p.query}}.Encode()
	if v.worksHere() {
		p.found = append(p.found, hit{group: "search", text: p.query, lang: textLang(p.query), path: "/inbox/" + app.CaseViews()[0].Name + "?" + q})
	}
	p.found = append(p.found, hit{group: "ask", text: p.query, lang: textLang(p.query), path: "/?" + q})
}
