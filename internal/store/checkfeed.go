package store

import (
	"database/sql"
	"encoding/json"
	"maps"
	"slices"

	"switchboard/internal/casework"
)

var checkFeed = sqlQuery("SELECT company, n, kind, at FROM feed WHERE serial = $1 AND number = $2 ORDER BY company, position")

// feeds: each company that reads the case has every line of its view in its
// feed, once and in order, as far as the relay has come; what waits for the
// relay is what the events say.
//
// The place of a line among those of other cases stands in no event: the relay
// takes cases as they come.
func (k *caseCheck) feeds() error {
	lines, err := k.c.Entries(k.events, 0)
	if err != nil {
		return err
	}
	waiting, err := k.waiting(lines)
	if err != nil {
		return err
	}
	want, got := map[string][]sent{}, map[string][]sent{}
	for _, l := range lines {
		if l.Seq > k.untold && !waiting[l.Seq] {
			want[l.Company] = append(want[l.Company], sentOf(l))
		}
	}
	err = k.tx.each(checkFeed, []any{k.serial, k.number}, func(rows *sql.Rows) error {
		var s sent
		err := rows.Scan(&s.Company, &s.N, &s.Kind, &s.At)
		got[s.Company] = append(got[s.Company], s)
		return err
	})
	companies := slices.AppendSeq(slices.Collect(maps.Keys(want)), maps.Keys(got))
	slices.Sort(companies)
	for _, company := range slices.Compact(companies) {
		if code, n := fedAs(got[company], want[company]); code != "" {
			k.found(k.broken(code, "company", company, "n", n))
		}
	}
	return err
}

// fedAs gives the first thing that is wrong with the lines of a case in the feed
// of one company, and at which of its lines.
func fedAs(got, want []sent) (code string, n int64) {
	told := map[int64]sent{}
	for _, w := range want {
		told[w.N] = w
	}
	for i, g := range got {
		switch w, known := told[g.N]; {
		case !known: // or it is there twice
			return "verify.feed-foreign", g.N
		case g != w:
			return "verify.feed-line", g.N
		case i > 0 && got[i-1].N > g.N:
			return "verify.feed-order", g.N
		}
		delete(told, g.N)
	}
	for _, n := range slices.Sorted(maps.Keys(told)) {
		return "verify.feed-missing", n
	}
	return "", 0
}

// waiting are the events of which nothing is in the feeds yet, by their seq.
func (k *caseCheck) waiting(lines []casework.Entry) (map[int64]bool, error) {
	rows, err := k.tx.outbox(k.number)
	if err != nil {
		return nil, err
	}
	if !k.follow(rows) || slices.ContainsFunc(rows, func(o outboxed) bool { return !saysLines(o, lines) }) {
		k.found(k.broken("verify.outbox"))
	}
	out := map[int64]bool{}
	for _, l := range lines {
		out[l.Seq] = slices.ContainsFunc(rows, func(o outboxed) bool { return l.Seq > o.since && l.Seq <= o.seq })
	}
	return out, nil
}

// follow tells whether rows that wait follow each other up to the last event.
func (k *caseCheck) follow(rows []outboxed) bool {
	for i, o := range rows {
		if o.since >= o.seq || i > 0 && o.since != rows[i-1].seq {
			return false
		}
	}
	return len(rows) == 0 || rows[0].since >= k.untold && rows[len(rows)-1].seq == k.seq
}

// saysLines tells whether a row that waits says what its events do. One without
// entries is read from them.
func saysLines(o outboxed, lines []casework.Entry) bool {
	if o.entries == "" {
		return true
	}
	var got, want []sent
	for _, l := range lines {
		if l.Seq > o.since && l.Seq <= o.seq {
			want = append(want, sentOf(l))
		}
	}
	return json.Unmarshal([]byte(o.entries), &got) == nil && slices.Equal(got, want)
}
