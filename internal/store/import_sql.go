package store

import (
	"strings"

	"switchboard/internal/directory"
)

// The staging tables of an import. They are temporary: they belong to one
// connection, are never written to the log of the database and are gone when
// the connection ends, so that an import that was killed leaves nothing.
// Their queries are prepared by a test of their own, on such a connection.
var stagingQueries []*query

func stagingQuery(text string) *query {
	q := &query{text: text}
	stagingQueries = append(stagingQueries, q)
	return q
}

const (
	refTable   = "stage_ref"
	placeNames = "seq, file, line"
)

// stagingTable describes the staged rows of one noun.
type stagingTable struct {
	*table
	columns []string // id, the noun's own, doc, seq, file, line
	insert  *query
	copy    stagingList
	ddl     []string
	seal    []string

	clashes, samples *query
	missing          map[bool]*query // by "stored objects count": $1 noun, $2 limit
	blame            []blame
	left             []blame // stored rows of this noun that name what is removed, per noun
	count, removed   *query
	onCases          *query // of companies: removed ones that take part in live cases
	created, changed *query
	gone             *query
	upsert, prune    *query
	unlist, relist   *query
	unlistGone       *query
	staying          *query
}

// stagingList is the child table of a staged noun.
type stagingList struct {
	name    string
	columns []string
	insert  *query
}

// blame finds the rows that name one of 16 ids in one field.
type blame struct {
	field string
	list  bool
	ref   directory.Noun
	query *query
}

var staging = func() map[directory.Noun]*stagingTable {
	byNoun := map[directory.Noun]*stagingTable{}
	for _, t := range tables {
		byNoun[t.noun] = newStagingTable(t)
	}
	return byNoun
}()

var (
	stageRefDDL    = "CREATE TEMP TABLE " + refTable + ` (noun TEXT COLLATE "C" NOT NULL, id TEXT COLLATE "C" NOT NULL)`
	stageRefInsert = stagingQuery("INSERT INTO " + refTable + " (noun, id) VALUES ($1, $2)")
)

func newStagingTable(t *table) *stagingTable {
	st := &stagingTable{table: t}
	name, stage := string(t.noun), "stage_"+string(t.noun)
	own := make([]string, 0, len(t.columns))
	ddl := []string{`id TEXT COLLATE "C" NOT NULL`}
	for _, c := range t.columns {
		own = append(own, c.name)
		ddl = append(ddl, c.name+" "+c.kind+" NOT NULL")
	}
	ddl = append(ddl, "doc TEXT NOT NULL", "seq BIGINT NOT NULL", "file BIGINT NOT NULL", "line BIGINT NOT NULL")
	st.columns = append(append([]string{"id"}, own...), "doc", "seq", "file", "line")
	st.insert = stagingQuery("INSERT INTO " + stage + " (" + strings.Join(st.columns, ", ") + ") VALUES (" + params(1, len(st.columns)) + ")")
	st.ddl = []string{"CREATE TEMP TABLE " + stage + " (" + strings.Join(ddl, ", ") + ")"}
	st.seal = []string{"CREATE INDEX " + stage + "_id ON " + stage + " (id, seq)"}
	st.checks(name, stage)
	st.applies(name, stage, own)
	if t.list != nil {
		st.children(stage)
	}
	return st
}

func (st *stagingTable) checks(name, stage string) {
	const unstaged = "NOT EXISTS (SELECT 1 FROM "
	st.clashes = stagingQuery("SELECT s.id, f.file, f.line, s.file, s.line FROM " + stage + " s JOIN " + stage +
		" f ON f.id = s.id AND f.seq = (SELECT min(e.seq) FROM " + stage + " e WHERE e.id = s.id) WHERE f.seq < s.seq AND s.id IN " +
		"(SELECT id FROM " + stage + " GROUP BY id HAVING count(*) > 1 ORDER BY id LIMIT $1) ORDER BY s.seq LIMIT $1")
	absent := "SELECT DISTINCT r.id FROM " + refTable + " r WHERE r.noun = $1 AND " + unstaged + stage + " s WHERE s.id = r.id)"
	st.missing = map[bool]*query{
		false: stagingQuery(absent + " ORDER BY r.id LIMIT $2"),
		true:  stagingQuery(absent + " AND " + unstaged + name + " t WHERE t.id = r.id) ORDER BY r.id LIMIT $2"),
	}
	for _, c := range st.table.columns {
		if c.ref == "" {
			continue
		}
		st.blame = append(st.blame, blame{c.name, false, c.ref, stagingQuery("SELECT file, line, id, " + c.name + ", 0 FROM " + stage +
			" WHERE " + c.name + " " + inSlots(slots) + " AND " + c.name + " <> '' ORDER BY seq LIMIT $17")})
		target := string(c.ref)
		st.left = append(st.left, blame{c.name, false, c.ref, stagingQuery("SELECT 0, 0, n.id, n." + c.name + ", 0 FROM " + name + " n WHERE n." + c.name +
			" <> '' AND EXISTS (SELECT 1 FROM " + target + " m WHERE m.id = n." + c.name + ") AND " + unstaged + "stage_" + target +
			" s WHERE s.id = n." + c.name + ") AND " + unstaged + stage + " k WHERE k.id = n.id) ORDER BY n.id LIMIT $1")})
	}
	st.samples = stagingQuery("SELECT id FROM " + name + " WHERE id >= $1 AND id < $2 UNION SELECT id FROM " + stage + " WHERE id >= $1 AND id < $2 ORDER BY id LIMIT 2000")
}

func (st *stagingTable) applies(name, stage string, own []string) {
	const unstaged = " WHERE NOT EXISTS (SELECT 1 FROM "
	joined := " FROM " + stage + " s LEFT JOIN " + name + " t ON t.id = s.id"
	st.count = stagingQuery("SELECT count(*), count(t.id), count(CASE WHEN t.doc <> s.doc THEN 1 END)" + joined)
	st.created = stagingQuery("SELECT s.id" + joined + " WHERE t.id IS NULL ORDER BY s.id LIMIT $1")
	st.changed = stagingQuery("SELECT s.id" + joined + " WHERE t.doc <> s.doc ORDER BY s.id LIMIT $1")
	gone := " FROM " + name + unstaged + stage + " s WHERE s.id = " + name + ".id)"
	st.removed = stagingQuery("SELECT count(*)" + gone)
	st.gone = stagingQuery("SELECT id" + gone + " ORDER BY id LIMIT $1")
	st.prune = stagingQuery("DELETE" + gone)
	if name == string(directory.Companies) {
		live := "case_inbox i WHERE i.company = companies.id AND i.live"
		st.onCases = stagingQuery("SELECT id" + gone + " AND EXISTS (SELECT 1 FROM " + live + ") ORDER BY id LIMIT $1")
	}
	set := []string{"doc = excluded.doc", "changed_at = excluded.changed_at", "version = " + name + ".version + 1"}
	for _, c := range own {
		set = append(set, c+" = excluded."+c)
	}
	// WHERE TRUE: without it SQLite reads ON as the start of a join.
	st.upsert = stagingQuery("INSERT INTO " + name + " (id, " + strings.Join(own, ", ") + ", doc, version, changed_at) SELECT id, " +
		strings.Join(own, ", ") + ", doc, 1, CAST($1 AS BIGINT) FROM " + stage + " WHERE TRUE ON CONFLICT (id) DO UPDATE SET " +
		strings.Join(set, ", ") + " WHERE " + name + ".doc <> excluded.doc")
	st.staying = stagingQuery("SELECT doc FROM " + name + unstaged + stage + " s WHERE s.id = " + name + ".id) ORDER BY id")
}

func (st *stagingTable) children(stage string) {
	l := st.table.list
	staged := "stage_" + l.table
	st.copy = stagingList{name: staged, columns: []string{st.parent(), l.name, "pos"}}
	st.copy.insert = stagingQuery("INSERT INTO " + staged + " (" + strings.Join(st.copy.columns, ", ") + ") VALUES ($1, $2, $3)")
	st.ddl = append(st.ddl, "CREATE TEMP TABLE "+staged+" ("+st.parent()+` TEXT COLLATE "C" NOT NULL, `+l.name+` TEXT COLLATE "C" NOT NULL, pos BIGINT NOT NULL)`)
	st.blame = append(st.blame, blame{l.field, true, l.ref, stagingQuery("SELECT s.file, s.line, s.id, l." + l.name + ", l.pos FROM " + staged + " l JOIN " + stage +
		" s ON s.id = l." + st.parent() + " WHERE l." + l.name + " " + inSlots(slots) + " ORDER BY s.seq, l.pos LIMIT $17")})
	target := string(l.ref)
	st.left = append(st.left, blame{l.field, false, l.ref, stagingQuery("SELECT 0, 0, l." + st.parent() + ", l." + l.name + ", 0 FROM " + l.table + " l WHERE EXISTS (SELECT 1 FROM " +
		target + " m WHERE m.id = l." + l.name + ") AND NOT EXISTS (SELECT 1 FROM stage_" + target + " s WHERE s.id = l." + l.name + ") AND NOT EXISTS (SELECT 1 FROM " +
		stage + " k WHERE k.id = l." + st.parent() + ") ORDER BY 3, 4 LIMIT $1")})
	st.unlist = stagingQuery("DELETE FROM " + l.table + " WHERE EXISTS (SELECT 1 FROM " + stage + " s WHERE s.id = " + l.table + "." + st.parent() + ")")
	st.unlistGone = stagingQuery("DELETE FROM " + l.table + " WHERE NOT EXISTS (SELECT 1 FROM " + stage + " s WHERE s.id = " + l.table + "." + st.parent() + ")")
	st.relist = stagingQuery("INSERT INTO " + l.table + " (" + st.parent() + ", " + l.name + ") SELECT DISTINCT " + st.parent() + ", " + l.name + " FROM " + staged)
}
