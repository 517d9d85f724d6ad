package store

import (
	"math/rand/v2"
	"testing"
)

// Until version 30 of the schema the rows of a case were keyed by its number.
var keyedByNumber = []string{
	"CREATE TABLE before_event AS SELECT c.number AS number, e.id % 16777216 AS seq, e.readers, e.salt, e.bytes, e.sealed, e.head FROM case_event e JOIN cases c ON c.serial = e.id / 16777216",
	"DROP TABLE case_event",
	"ALTER TABLE before_event RENAME TO case_event",
	"CREATE TABLE before_inbox AS SELECT company, number, live, with_us, handed, closing, due_at, opened_at, updated_at, doc FROM case_inbox",
	"DROP TABLE case_inbox",
	"ALTER TABLE before_inbox RENAME TO case_inbox",
}

// What an older program has written is all there after the schema has changed.
func TestCasesKeyedByNumberAreTakenOver(t *testing.T) {
	eachStore(t, func(t *testing.T, s *Store) {
		cases := searchWorld(t, s, rand.New(rand.NewPCG(3, 5)))
		for _, text := range append(keyedByNumber, migrationText(t, 31)) {
			inTx(t, s, func(tx *Tx) error {
				_, err := tx.exec(onceQuery(s.eng.ddl(text)))
				return err
			})
		}
		for _, c := range cases {
			if codes := check(t, s, c.Number); len(codes) > 0 {
				t.Errorf("case %s: %v", c.Number, codes)
			}
		}
	})
}

// Until version 34 of the schema a line of a feed was not found by its case.
func TestFeedsOfAnOlderProgramAreTakenOver(t *testing.T) {
	eachStore(t, func(t *testing.T, s *Store) {
		cases := relayed(t, s, 20)
		for _, text := range []string{"DROP INDEX feed_serial", "ALTER TABLE feed DROP COLUMN serial", "ALTER TABLE cases DROP COLUMN untold", migrationText(t, 34)} {
			inTx(t, s, func(tx *Tx) error {
				_, err := tx.exec(onceQuery(s.eng.ddl(text)))
				return err
			})
		}
		for _, c := range cases {
			if codes := check(t, s, c.Number); len(codes) > 0 {
				t.Errorf("case %s: %v", c.Number, codes)
			}
		}
	})
}

func migrationText(t *testing.T, version int64) string {
	t.Helper()
	for _, m := range migrationList() {
		if m.version == version {
			return m.text
		}
	}
	t.Fatal("no such migration")
	return ""
}
