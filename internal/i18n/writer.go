package i18n

import "unicode/utf8"

// countdown begins the keys of Relative.
const countdown = "time.relative."

// writer builds one text, in pieces when parts is not nil.
type writer struct {
	printer *Printer
	args    map[string]any
	text    []byte
	parts   []Part
	done    int // what of text is in parts already

	// The design sets off the numbers of a countdown ("あと 40 分").
	countdown bool
}

func (w *writer) form(f form) {
	for _, s := range f {
		switch {
		case s.optional != nil:
			if w.complete(s.optional) {
				w.form(s.optional)
			}
		case s.name == "":
			w.literal(s.literal)
		default:
			w.argument(s.name)
		}
	}
}

func (w *writer) complete(f form) bool {
	for _, s := range f {
		if s.name == "" {
			continue
		}
		if value, given := w.args[s.name]; !given || value == nil || value == "" {
			return false
		}
	}
	return true
}

func (w *writer) literal(text string) {
	w.text = append(w.text, w.join(text)...)
}

func (w *writer) argument(name string) {
	value := w.args[name]
	var text string
	if value == nil {
		text = "{" + name + "}"
	} else {
		text = w.printer.named(name, value)
	}
	text = w.join(text)
	w.cut("")
	w.text = append(w.text, text...)
	w.cut(name)
}

// cut ends a piece.
func (w *writer) cut(arg string) {
	if w.parts != nil && len(w.text) > w.done {
		w.parts = append(w.parts, Part{string(w.text[w.done:]), arg})
		w.done = len(w.text)
	}
}

// join sets the space where a literal and a value meet (experience 8.1, rules
// 6 and 7): none beside Japanese, and in zh-TW one between Chinese and Latin or
// digits and none between Chinese and Chinese. So a catalog may be written
// with the spaces that make it readable.
func (w *writer) join(next string) string {
	if w.printer.lang == English || w.countdown || len(w.text) == 0 || next == "" {
		return next
	}
	end := len(w.text) - 1
	switch {
	case w.text[end] == ' ' && end >= w.done:
		if w.touching(last(w.text[:end]), first(next)) {
			w.text = w.text[:end]
		}
	case next[0] == ' ':
		if w.touching(last(w.text), first(next[1:])) {
			return next[1:]
		}
	case w.printer.lang == TraditionalChinese && (w.text[end] < utf8.RuneSelf) != (next[0] < utf8.RuneSelf):
		if a, b := last(w.text), first(next); chinese(a) && latin(b) || latin(a) && chinese(b) {
			w.text = append(w.text, ' ')
		}
	}
	return next
}

func first(text string) rune {
	r, _ := utf8.DecodeRuneInString(text)
	return r
}

func last(text []byte) rune {
	r, _ := utf8.DecodeLastRune(text)
	return r
}

// touching tells whether two characters stand without a space between them.
func (w *writer) touching(a, b rune) bool {
	if w.printer.lang == Japanese {
		return wide(a) || wide(b)
	}
	return wide(a) && wide(b)
}

// wide: what is written in full width, kana and punctuation included.
func wide(r rune) bool { return r >= 0x3000 && r <= 0xffef || chinese(r) }

// chinese: ideographs; full-width punctuation brings its own space and asks for
// none.
func chinese(r rune) bool { return r >= 0x3400 && r <= 0x9fff || r >= 0x20000 && r <= 0x3ffff }

func latin(r rune) bool {
	return r >= '0' && r <= '9' || r >= 'A' && r <= 'Z' || r >= 'a' && r <= 'z'
}
