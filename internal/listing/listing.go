// Package listing reads the listing formats of the field - Product Ingestion,
// Ingestion v1, azpc, CSV - and makes offers, contact points and publishers of
// them (spec 3 section 2). Listings come as they are: what is missing or broken
// becomes a warning, never a lost offer. docs/listings.md says what each field
// becomes.
package listing

import (
	"bufio"
	"bytes"
	"fmt"
	"io"

	"switchboard/internal/directory"
	"switchboard/internal/fault"
	"switchboard/wire"
)

// The formats, as --format names them.
const (
	ProductIngestion = "product-ingestion"
	IngestionV1      = "ingestion-v1"
	Azpc             = "azpc"
	CSV              = "csv"
	SaasSample       = "saas-sample"
)

// Input says what is read.
type Input struct {
	Name      string // of the file, for messages; an offer without any id takes its own from it
	Format    string
	Publisher string // company id for offers whose listing names no publisher; "" = one is made up
}

// Row is an object that came of the input: *wire.Offer or *wire.Company. A
// listing knows little of either: put Merge(old, row.Object) where there is an
// old one.
type Row struct {
	Noun   directory.Noun
	Object any
	File   string
	Line   int
}

// What a row of the input became.
const (
	BecameOffer     = "offer"     // of this id
	BecameNothing   = "skipped"   // an empty row
	BecameHeader    = "header"    // the names of the columns; its warnings are about those
	BecameDuplicate = "duplicate" // of an earlier row, which stays
	BecameError     = "refused"   // see the error of Read
)

// Outcome is what became of one row or listing. Errors and Warnings hold those
// of directory.Check too; with an error, the row was refused.
type Outcome struct {
	File     string
	Line     int
	ID       string
	Became   string
	Errors   []directory.Problem
	Warnings []directory.Problem
}

// Read reads a listing and gives offers, then publishers, to emit. Outcomes are
// in the order of the input. What is wrong with the input stands in them: see
// Refused. The error is the fault import.unreadable {file} when the stream
// breaks off, import.format-unknown {file}, or the first error of emit.
func Read(r io.Reader, in Input, emit func(Row) error) ([]Outcome, error) {
	c := &collector{in: in, emit: emit, lines: map[string]int{}, publishers: map[string]*publisher{}}
	var err error
	switch in.Format {
	case CSV:
		err = c.csv(r)
	case ProductIngestion, IngestionV1, Azpc, SaasSample:
		err = c.json(r)
	default:
		err = fault.New(fault.Invalid, "import.format-unknown", "file", in.Name)
	}
	if err == nil {
		err = c.emitPublishers()
	}
	return c.outcomes, err
}

// Refused makes a fault of the errors in outcomes: import.rows {count}, with a
// field per error ("offers.csv:12: id"); nil when there are none.
func Refused(outcomes []Outcome) error {
	refused := fault.New(fault.Invalid, "import.rows")
	for _, out := range outcomes {
		for _, p := range out.Errors {
			place := fmt.Sprintf("%s:%d", out.File, out.Line)
			if p.Path != "" {
				place += ": " + p.Path
			}
			refused.Fields = append(refused.Fields, fault.Field{Path: place, Code: p.Code, Args: p.Args})
		}
	}
	if len(refused.Fields) == 0 {
		return nil
	}
	refused.Args = fault.Args{"count": len(refused.Fields)}
	return refused
}

// collector turns what the readers find into rows and outcomes.
type collector struct {
	in         Input
	emit       func(Row) error
	outcomes   []Outcome
	lines      map[string]int // first line of each offer
	publishers map[string]*publisher
	order      []string // of publishers
}

type publisher struct {
	company wire.Company
	line    int
}

// refuse notes what cannot be read at all.
func (c *collector) refuse(line int, code string, args ...any) {
	problem := directory.Problem{Code: code, Args: fault.New(fault.Invalid, code, args...).Args}
	c.outcomes = append(c.outcomes, Outcome{File: c.in.Name, Line: line, Became: BecameError, Errors: []directory.Problem{problem}})
}

// skip notes an empty row.
func (c *collector) skip(line int) {
	c.outcomes = append(c.outcomes, Outcome{File: c.in.Name, Line: line, Became: BecameNothing})
}

// take finishes an offer and hands it on.
func (c *collector) take(l *listed) error {
	out := Outcome{File: c.in.Name, Line: l.line, Became: BecameOffer}
	c.identify(l)
	o := &l.offer
	out.ID = o.ID
	if first, again := c.lines[o.ID]; again {
		out.Became = BecameDuplicate
		out.Warnings = []directory.Problem{{Code: "import.duplicate-row", Warning: true,
			Args: fault.Args{"id": o.ID, "line": first, "again": l.line}}}
		c.outcomes = append(c.outcomes, out)
		return nil
	}
	c.lines[o.ID] = l.line
	found := directory.Check(o)
	out.Errors = append(directory.Fatal(found), c.publisher(l)...)
	out.Warnings = append(l.warnings, warningsOf(found)...)
	if len(out.Errors) > 0 {
		out.Became = BecameError
		c.outcomes = append(c.outcomes, out)
		return nil
	}
	c.outcomes = append(c.outcomes, out)
	return c.emit(Row{Noun: directory.Offers, Object: o, File: c.in.Name, Line: l.line})
}

func warningsOf(found []directory.Problem) []directory.Problem {
	var out []directory.Problem
	for _, p := range found {
		if p.Warning {
			out = append(out, p)
		}
	}
	return out
}

// identify gives the offer its ids: publisher.offer, made of the ids that the
// marketplace knows, so that the same listing always becomes the same offer.
func (c *collector) identify(l *listed) {
	o := &l.offer
	offerID := l.offerID
	if offerID == "" {
		offerID = orElse(slug(baseName(c.in.Name)), "offer")
		l.warn("", "listing.id-from-file", "id", offerID)
	}
	own := slug(l.publisherID)
	if own == "" {
		own = slug(l.publisherName)
	}
	switch {
	case own != "":
		o.Publisher = own
	case c.in.Publisher != "":
		o.Publisher = c.in.Publisher
	default:
		o.Publisher = "publisher-of-" + slug(offerID)
		l.warn("publisher", "listing.publisher-unknown", "company", o.Publisher)
	}
	o.ID = o.Publisher + "." + slug(offerID)
	l.external("publisherId", l.publisherID)
	l.external("offerId", l.offerID)
	if len(o.Name) == 0 {
		o.Name = wire.Plain(offerID)
		l.warn("name", "listing.name-from-id", "id", offerID)
	}
}

// publisher remembers the company of an offer, to be handed on once its name is
// known: a later row may say it. It gives what is wrong with the company.
func (c *collector) publisher(l *listed) []directory.Problem {
	id := l.offer.Publisher
	p := c.publishers[id]
	if p == nil {
		p = &publisher{wire.Company{ID: id, Kinds: []string{wire.Publisher}}, l.line}
		if l.publisherID != "" {
			p.company.External = wire.External{"publisherId": l.publisherID}
		}
	}
	unnamed := len(p.company.Name) == 0
	if unnamed {
		p.company.Name = wire.Plain(l.publisherName)
	}
	if bad := directory.Fatal(directory.Check(&p.company)); len(bad) > 0 {
		if unnamed {
			p.company.Name = nil
		}
		for i := range bad {
			bad[i].Path = "publisher." + bad[i].Path
		}
		return bad
	}
	if c.publishers[id] == nil {
		c.publishers[id] = p
		c.order = append(c.order, id)
	}
	return nil
}

func (c *collector) emitPublishers() error {
	for _, id := range c.order {
		p := c.publishers[id]
		if err := c.emit(Row{Noun: directory.Companies, Object: &p.company, File: c.in.Name, Line: p.line}); err != nil {
			return err
		}
	}
	return nil
}

// withoutBOM tells a mark of UTF-16, which is refused, and drops that of UTF-8.
func withoutBOM(in *bufio.Reader) (utf16 bool) {
	head, _ := in.Peek(3) // an error comes again when the rest is read
	if bytes.HasPrefix(head, []byte("\xEF\xBB\xBF")) {
		_, _ = in.Discard(3)
	}
	return bytes.HasPrefix(head, []byte{0xFE, 0xFF}) || bytes.HasPrefix(head, []byte{0xFF, 0xFE})
}

func unreadable(err error, name string) error {
	return fault.Wrap(err, fault.Unavailable, "import.unreadable", "file", name)
}
