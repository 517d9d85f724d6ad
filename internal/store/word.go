package store

import (
	"database/sql"
	"math"
	"slices"
	"strconv"
	"strings"

	"switchboard/internal/casework"
	"switchboard/internal/fault"
	grammar "switchboard/internal/query"
	"switchboard/internal/text"
)

var (
	wordAdd = lastQuery(wordQuery("INSERT INTO case_word (id, words) VALUES ($1, $2::tsvector)",
		"INSERT INTO case_word (rowid, words) VALUES ($1, $2)"))
	// By the words, and never by walking all rows from the newest until enough have
	// them: id + 0 stands in no index. A prepared statement knows not how rare a word is.
	wordFind = wordQuery("SELECT id FROM case_word WHERE words @@ $1::tsquery AND id + 0 <= $2 ORDER BY id + 0 DESC LIMIT $3",
		"SELECT rowid FROM case_word WHERE case_word MATCH $1 AND rowid <= $2 ORDER BY rowid DESC LIMIT $3")
	// The company stands in no index here: its lists are long, the rows of a case few.
	inboxOf = sqlQuery("SELECT number, " + rowColumns + " FROM case_inbox WHERE id >= $1 AND id < $2 AND company || '' = $3")
)

// The ids of a case's rows begin with its serial, so that they lie together and
// the newest case comes first, whatever was written to it last. In that of an
// event the seq follows, in that of a row of words the event's seq and a place, in
// that of a row of the lists the bit of the company.
const (
	placeBits  = 4
	serialBits = 24
	partyBits  = 6
	// most tokens of one row: PostgreSQL knows no position above 16,383.
	mostTokens = 12_000
	// What stands at a border stands in both rows, so that phrases are found.
	overlap = 64
)

// wordRow is a row of the search index, with its place among those of its case.
type wordRow struct {
	place   int64
	tokens  []string
	readers casework.Bits
}

// wordsOf puts what the events of a command say into rows, for their readers;
// events are those and what they may release.
func wordsOf(m Moved, events []casework.Event) (out []wordRow) {
	for _, e := range m.Events {
		out = append(out, wordRows(m.Case, e, events)...)
	}
	return out
}

// wordRows are the rows of an event; events are those of the case, of which it
// may release one.
func wordRows(c *casework.Case, e casework.Event, events []casework.Event) (out []wordRow) {
	place := int64(0)
	for _, t := range textsOf(c, e, events) {
		tokens := text.Analyse(t.Words)
		for len(tokens) > 0 && place < 1<<placeBits {
			n := min(len(tokens), mostTokens)
			out = append(out, wordRow{e.Seq<<placeBits | place, tokens[:n], t.Readers})
			if n == len(tokens) {
				break
			}
			tokens, place = tokens[n-overlap:], place+1
		}
		place++
	}
	return out
}

// textsOf are what an event lets its readers find.
func textsOf(c *casework.Case, e casework.Event, events []casework.Event) []casework.Text {
	texts := e.Texts()
	if joined := e.Joined(); len(joined) > 0 { // from now on they find it by its number
		texts = append(texts, casework.Text{Readers: c.Readers(joined), Words: c.Number})
	}
	leaf, readers, ok := e.Released()
	for _, o := range events {
		if ok && o.Seq < e.Seq && o.Leaf == leaf {
			texts = append(texts, casework.Text{Readers: readers, Words: o.Word("subject") + "\n" + o.Word("text")})
		}
	}
	return texts
}

// sqliteWords and postgresWords write tokens with their readers the way the
// engine's index takes them.
func sqliteWords(tokens, companies []string) string {
	all := slices.Clone(tokens)
	for _, company := range companies {
		all = append(all, text.Reader(company))
	}
	return strings.Join(all, " ")
}

func postgresWords(tokens, companies []string) string {
	var b strings.Builder
	for i, token := range tokens {
		b.WriteString(lexeme(token) + ":" + strconv.Itoa(i+1) + " ")
	}
	for _, company := range companies {
		b.WriteString(lexeme(text.Reader(company)) + " ")
	}
	return b.String()
}

var lexemeEscape = strings.NewReplacer("'", "''", `\`, `\\`)

func lexeme(token string) string { return "'" + lexemeEscape.Replace(token) + "'" }

// sqliteFinds and postgresFinds write the question for a phrase that a company
// may read.
func sqliteFinds(company string, terms []text.Term) string {
	words, star := make([]string, len(terms)), ""
	for i, t := range terms {
		words[i] = strings.ReplaceAll(t.Text, `"`, `""`)
		if t.Prefix {
			star = " *" // only the last can be one
		}
	}
	return `"` + text.Reader(company) + `" AND "` + strings.Join(words, " ") + `"` + star
}

func postgresFinds(company string, terms []text.Term) string {
	words := make([]string, len(terms))
	for i, t := range terms {
		words[i] = lexeme(t.Text)
		if t.Prefix {
			words[i] += ":*"
		}
	}
	return lexeme(text.Reader(company)) + " & (" + strings.Join(words, " <-> ") + ")"
}

// stream gives the cases in which a phrase is found, newest first.
type stream struct {
	tx   *Tx
	asks string
	ids  []int64
	done bool
}

// handful is how many finds are read at once.
const handful = 256

// seek gives the newest case that is not newer than one; 0 when there is none.
func (s *stream) seek(serial int64) (int64, error) {
	for {
		for len(s.ids) > 0 && s.ids[0]>>serialBits > serial {
			s.ids = s.ids[1:]
		}
		switch {
		case len(s.ids) > 0:
			return s.ids[0] >> serialBits, nil
		case s.done:
			return 0, nil
		}
		err := s.tx.each(wordFind, []any{s.asks, serial<<serialBits | (1<<serialBits - 1), handful}, func(rows *sql.Rows) error {
			var id int64
			err := rows.Scan(&id)
			s.ids = append(s.ids, id)
			return err
		})
		if err != nil {
			return 0, err
		}
		s.done = len(s.ids) < handful
	}
}

// wordTerm is one term of a query: any of its phrases.
type wordTerm struct {
	not bool
	any []*stream
}

func (w wordTerm) seek(serial int64) (found int64, err error) {
	for _, s := range w.any {
		at, err := s.seek(serial)
		if err != nil {
			return 0, err
		}
		found = max(found, at)
	}
	return found, nil
}

// SearchCases lists the cases of a company that a query with words means,
// newest first, and the cursor of what follows. Who may read which words stands
// in the index itself: nothing is found first and filtered afterwards, so that
// neither a count nor a time tells of foreign words.
func (tx *Tx) SearchCases(as grammar.Reader, q grammar.Query, limit int, cursor string) (rows []Listed, next string, err error) {
	words, rest := tx.wordTerms(as.Company, q)
	at, err := openSerial(cursor)
	if err != nil {
		return nil, "", err
	}
	for looked := 0; ; looked++ {
		if at, err = meet(words, at); err != nil || at == 0 {
			return rows, "", err
		}
		if len(rows) == limit || looked == examined {
			return rows, sealCursor(strconv.FormatInt(at, 10)), nil
		}
		row, err := tx.listed(at, as.Company)
		if err != nil {
			return nil, "", err
		}
		if row != nil && grammar.Matches(rest, row.Row, as) {
			rows = append(rows, *row)
		}
		at--
	}
}

// wordTerms takes the words out of a query.
func (tx *Tx) wordTerms(company string, q grammar.Query) (words []wordTerm, rest grammar.Query) {
	for _, t := range q.Terms {
		if t.Field != grammar.Anywhere {
			rest.Terms = append(rest.Terms, t)
			continue
		}
		w := wordTerm{not: t.Not}
		for _, v := range t.Any {
			if p, ok := v.(grammar.Phrase); ok {
				w.any = append(w.any, &stream{tx: tx, asks: tx.store.eng.finds(company, p.Terms())})
			}
		}
		words = append(words, w)
	}
	// What must be there leads; what must not is asked of those found.
	slices.SortStableFunc(words, func(a, b wordTerm) int {
		switch {
		case a.not == b.not:
			return 0
		case a.not:
			return 1
		}
		return -1
	})
	return words, rest
}

// meet gives the newest case, not newer than one, in which all terms hold.
func meet(words []wordTerm, at int64) (int64, error) {
	for i := 0; i < len(words) && at > 0; i++ {
		found, err := words[i].seek(at)
		switch {
		case err != nil:
			return 0, err
		case words[i].not && found == at:
			at, i = at-1, -1
		case !words[i].not && found != at:
			at, i = found, -1
		}
	}
	return at, nil
}

func (tx *Tx) listed(serial int64, company string) (*Listed, error) {
	var row rowText
	found, err := tx.one(inboxOf, []any{serial << partyBits, (serial + 1) << partyBits, company}, &row.number, &row.doc, &row.labels, &row.snoozed)
	if err != nil || !found {
		return nil, err
	}
	listed, err := row.read()
	return &listed, err
}

func openSerial(cursor string) (int64, error) {
	if cursor == "" {
		return math.MaxInt64 >> serialBits, nil
	}
	words, err := openCursor(cursor)
	if err != nil {
		return 0, err
	}
	at, err := strconv.ParseInt(words, 10, 64)
	if err != nil || at < 0 || at > math.MaxInt64>>serialBits {
		return 0, fault.New(fault.Invalid, "cursor.invalid")
	}
	return at, nil
}
