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

// Outcome is what became of one row or listing. Warnings hold those of
// directory.Check too.
type Outcome struct {
	File     string
	Line     int
	ID       string
	Became   string
	Warnings []directory.Problem
}

// Read reads a listing and gives offers, then publishers, to emit. Outcomes are
// in the order of the input; they are complete even when the input is refused.
// The error is a fault import.rows {count} with a field per bad place, the
// fault import.unreadable {file}, or the first error of emit.
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
	if err == nil && len(c.refused) > 0 {
		err = &fault.Error{Kind: fault.Invalid, Code: "import.rows", Args: fault.Args{"count": len(c.refused)}, Fields: c.refused}
	}
	return c.outcomes, err
}

// collector turns what the readers find into rows and outcomes.
type collector struct {
	in         Input
	emit       func(Row) error
	outcomes   []Outcome
	refused    []fault.Field
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
	c.refuseField(line, "", fault.New(fault.Invalid, code, args...))
	c.outcomes = append(c.outcomes, Outcome{File: c.in.Name, Line: line, Became: BecameError})
}

func (c *collector) refuseField(line int, field string, f *fault.Error) {
	place := fmt.Sprintf("%s:%d", c.in.Name, line)
	if field != "" {
		place += ": " + field
	}
	c.refused = append(c.refused, fault.Field{Path: place, Code: f.Code, Args: f.Args})
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
	for _, p := range directory.Fatal(found) {
		out.Became = BecameError
		c.refuseField(l.line, p.Path, &fault.Error{Code: p.Code, Args: p.Args})
	}
	out.Warnings = append(l.warnings, warningsOf(found)...)
	c.outcomes = append(c.outcomes, out)
	if out.Became == BecameError {
		return nil
	}
	c.publisher(l)
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

// publisher remembers the company of an offer; a later row may know its name.
func (c *collector) publisher(l *listed) {
	id := l.offer.Publisher
	p := c.publishers[id]
	if p == nil {
		p = &publisher{wire.Company{ID: id, Kinds: []string{wire.Publisher}}, l.line}
		if l.publisherID != "" {
			p.company.External = wire.External{"publisherId": l.publisherID}
		}
		c.publishers[id] = p
		c.order = append(c.order, id)
	}
	if len(p.company.Name) == 0 {
		p.company.Name = wire.Plain(l.publisherName)
	}
}

func (c *collector) emitPublishers() error {
	for _, id := range c.order {
		p := c.publishers[id]
		for _, problem := range directory.Fatal(directory.Check(&p.company)) {
			c.refuseField(p.line, "publisher."+problem.Path, &fault.Error{Code: problem.Code, Args: problem.Args})
		}
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
