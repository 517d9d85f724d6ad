package text

import (
	"slices"
	"strings"
	"unicode"
)

// Sense is what a question, or the name of a fact, is about: enough of it to
// tell whether another asks for the same. It compares words, not languages: two
// texts of one meaning in two languages are not the same here.
type Sense struct {
	about   map[string]bool // words without those that only make a sentence; of Japanese and Chinese the pairs of characters
	codes   []string        // words with a digit: version 3 is not version 4
	asks    string          // when, where, who, why, how many: a question for the time is not one for the place
	negated bool
	folded  string
}

// sameFrom is how much two texts have to have in common to be the same: of what
// they are about together, so much stands in both (Dice). The examples in the
// tests hold it from both sides.
const sameFrom = 0.7

// SenseOf looks at a text.
func SenseOf(s string) Sense {
	out := Sense{about: map[string]bool{}, folded: strings.Join(Analyse(s), " ")}
	plain := Fold(s)
	for _, ask := range asks {
		if out.asks == "" && holdsAny(plain, ask.words) {
			out.asks = ask.what
		}
	}
	out.negated = holdsAny(plain, negations)
	for _, phrase := range courtesies {
		plain = strings.ReplaceAll(plain, phrase, " ")
	}
	pieces(plain, out.take)
	slices.Sort(out.codes)
	out.codes = slices.Compact(out.codes)
	return out
}

// Same tells whether two texts ask for the same.
func (a Sense) Same(b Sense) bool {
	switch {
	case a.folded == b.folded:
		return a.folded != ""
	case a.asks != "" && b.asks != "" && a.asks != b.asks, a.negated != b.negated, !slices.Equal(a.codes, b.codes):
		return false
	}
	return a.likeness(b) >= sameFrom
}

// likeness is how much of what two texts are about stands in both: 0 to 1.
func (a Sense) likeness(b Sense) float64 {
	both := 0
	for word := range a.about {
		if b.about[word] {
			both++
		}
	}
	if both == 0 {
		return 0
	}
	return 2 * float64(both) / float64(len(a.about)+len(b.about))
}

func (a *Sense) take(run []rune, dense bool) {
	if dense {
		a.takeDense(run)
		return
	}
	word := string(run)
	switch {
	case strings.ContainsFunc(word, unicode.IsDigit):
		a.codes = append(a.codes, word)
	case !fillers[word]:
		a.about[singular(word)] = true
	}
}

// takeDense: the words that carry the meaning are written in kanji and katakana;
// hiragana joins and ends them.
func (a *Sense) takeDense(run []rune) {
	for _, word := range strings.FieldsFunc(string(run), func(r rune) bool { return ScriptOf(r) == Hiragana }) {
		runes := []rune(word)
		if len(runes) == 1 {
			a.about[word] = true
		}
		for i := 0; i+1 < len(runes); i++ {
			a.about[string(runes[i:i+2])] = true
		}
	}
}

// singular takes an English plural for its one.
func singular(word string) string {
	if len(word) > 3 && strings.HasSuffix(word, "s") && !strings.HasSuffix(word, "ss") {
		return word[:len(word)-1]
	}
	return word
}

// holdsAny finds words between spaces in Latin script, and anywhere in a script
// without them.
func holdsAny(folded string, words []string) bool {
	spaced := " " + strings.Join(Words(folded), " ") + " "
	for _, w := range words {
		if !Dense([]rune(w)[0]) && strings.Contains(spaced, " "+w+" ") || Dense([]rune(w)[0]) && strings.Contains(folded, w) {
			return true
		}
	}
	return false
}

// asks are the words by which a question says what it wants; the first that
// stands in it counts.
var asks = []struct {
	what  string
	words []string
}{
	{"how many", []string{"how many", "how much", "いくつ", "いくら", "何人", "何台", "何件", "何回", "多少", "幾"}},
	{"when", []string{"when", "いつ", "何時", "什麼時候", "日時", "時間", "date", "time"}},
	{"where", []string{"where", "どこ", "何処", "哪裡", "哪裏", "在哪"}},
	{"why", []string{"why", "なぜ", "どうして", "為什麼", "為何", "理由", "原因"}},
	{"who", []string{"who", "whom", "だれ", "誰", "どなた", "哪位", "什麼人"}},
}

var negations = []string{"not", "no", "never", "without", "cannot", "cant", "dont", "doesnt", "didnt", "isnt", "wont", "ません", "ない", "なし", "沒有", "無法", "不能", "尚未", "未曾"}

// courtesies are phrases of Japanese and Chinese that make a question of what is
// asked for; the longer stand before what they begin with.
var courtesies = []string{
	"を教えていただけますか", "を教えてください", "を教えて下さい", "教えてください", "をお知らせください", "お知らせください", "をご教示ください", "ご教示ください",
	"をご記入ください", "をお願いします", "お願いします", "についてください", "は何ですか", "はどれですか", "は何でしょうか", "何ですか", "でしょうか", "ください", "お客様の", "御社の", "ご利用の", "お使いの",
	"請告訴我們", "請告訴我", "請提供", "請說明", "請填寫", "請問", "是什麼時候", "什麼時候", "是什麼", "什麼是", "是多少", "為何", "是哪一個", "哪一個", "是哪個", "哪個", "您的", "貴公司的", "我們的", "客戶的", "的", "嗎", "呢",
}

// fillers are English words that only make a sentence, or ask.
var fillers = func() map[string]bool {
	out := map[string]bool{}
	for _, word := range strings.Fields(`a an and any are at be by can could did do does exactly for from give had has have i in is it its kindly know let me may might my need of on or our
 please provide say send should tell that the their them there these they this those to us want was we were what whats which will with would you your yours
 when where why who whom how many much not no`) {
		out[word] = true
	}
	return out
}()
