package web

import (
	"net/url"
	"strings"

	"switchboard/internal/access"
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
	for _, look := range []func(*visit) error{p.views, p.macros} {
		if err := look(v); err != nil {
			return err
		}
	}
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

// views are those that somebody has saved, by the letters of their names.
func (p *paletteView) views(v *visit) error {
	if !v.worksHere() {
		return nil
	}
	list, err := v.site.app.SavedViews(v.ctx(), v.actor)
	for _, view := range list {
		if p.fits(view.Name) {
			p.found = append(p.found, hit{group: "go", text: view.Name, lang: scriptOf(view.Name, string(v.lang())), path: savedAt(view)})
		}
	}
	return err
}

// macros are pressed in the composer of the page below the dialog, as commands are.
func (p *paletteView) macros(v *visit) error {
	if !v.worksHere() || !access.MaySome(v.actor, access.WorkCases) {
		return nil
	}
	list, err := v.site.app.Macros(v.ctx(), v.actor)
	for _, m := range list {
		if p.fits(m.Name) {
			p.found = append(p.found, hit{group: "do", text: m.Name, lang: scriptOf(m.Name, string(v.lang())), more: v.T("web.macros.one"), command: macroCommand(m.ID), path: "/keys"})
		}
	}
	return err
}

func (p *paletteView) fits(name string) bool {
	return strings.Contains(text.Fold(name), text.Fold(p.query))
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
