package listing

import (
	"bufio"
	"bytes"
	"encoding/csv"
	"errors"
	"io"
	"slices"
	"strings"
	"sync"

	"switchboard/internal/text"
	"switchboard/wire"
)

// maxRecord bounds one record, so that a quote that never ends cannot take the
// memory of the machine.
const maxRecord = 1 << 20

// columns lists the columns that a CSV may have, each under all its names; a
// name is compared by key, so publisher_id is publisherId.
var columns = map[string][]string{
	"publisherId":          {"publisher", "pubId"},
	"publisherDisplayName": {"publisherName", "publisherTitle", "sellerName"},
	"offerId":              {"offer", "productId", "externalId", "id", "legacyOfferId"},
	"displayName":          {"offerName", "offerTitle", "title", "name", "productName"},
	"kind":                 {"offerType", "offerKind", "productType", "type"},
	"channel":              {"resellerChannelState", "resellerChannel"},
	"status":               {"offerStatus", "state"},
	"supportName":          {"supportContactName", "contactName", "supportContact"},
	"supportEmail":         {"supportContactEmail", "email", "contactEmail"},
	"supportPhone":         {"supportContactPhone", "phone", "contactPhone"},
	"supportLink":          {"supportUrl", "supportUri", "supportContactUrl", "supportWebsite", "url"},
	"supportTier":          {"tier"},
	"engineeringName":      {"engineeringContactName"},
	"engineeringEmail":     {"engineeringContactEmail"},
	"engineeringPhone":     {"engineeringContactPhone"},
	"engineeringLink":      {"engineeringUrl", "engineeringContactUrl"},
	"cspName":              {"cspContactName", "channelManagerName", "cloudSolutionProviderContactName"},
	"cspEmail":             {"cspContactEmail", "channelManagerEmail", "cloudSolutionProviderContactEmail"},
	"cspPhone":             {"cspContactPhone", "channelManagerPhone", "cloudSolutionProviderContactPhone"},
	"cspLink":              {"cspUrl", "cspContactUrl"},
	"documentationLink":    {"userDocumentation", "documentationUrl", "docs"},
	"privacyLink":          {"privacyPolicyLink", "privacyUrl"},
	"termsLink":            {"termsOfUse", "termsUrl"},
	"marketplaceUrl":       {"marketplaceLink", "listingUrl"},
	"firstPublished":       {"firstPublishDate", "publishedOn"},
	"stopSell":             {"isStopSell"},
	"deprecated":           {"isDeprecated"},
	"published":            {"isPublished"},
}

// column finds a column by the key of any of its names.
var column = sync.OnceValue(func() map[string]string {
	byKey := map[string]string{}
	for name, others := range columns {
		byKey[key(name)] = name
		for _, other := range others {
			byKey[key(other)] = name
		}
	}
	return byKey
})

// csv reads a table with a header, record by record.
func (c *collector) csv(r io.Reader) error {
	in := bufio.NewReader(r)
	if withoutBOM(in) {
		c.refuse(1, "import.not-utf8")
		return nil
	}
	bound := &bounded{in: in}
	records := csv.NewReader(bound)
	records.Comma, records.FieldsPerRecord, records.ReuseRecord = delimiter(in), -1, true
	var head header
	for {
		bound.left = maxRecord
		record, err := records.Read()
		var parse *csv.ParseError
		switch {
		case err == io.EOF:
			if head == nil {
				c.refuse(1, "import.empty")
			}
			return nil
		case errors.Is(err, errLong):
			c.refuse(bound.line, "import.record-too-big", "max", maxRecord>>10)
			return nil
		case errors.As(err, &parse):
			c.refuse(parse.StartLine, csvCode(parse), "format", "CSV")
			continue
		case err != nil:
			return unreadable(err, c.in.Name)
		}
		line, _ := records.FieldPos(0)
		if bad := unfitRecord(record); bad != "" {
			c.refuse(line, bad)
			continue
		}
		if head == nil {
			if head = c.header(record, line); head == nil {
				return nil
			}
			continue
		}
		if err := c.record(head, record, line); err != nil {
			return err
		}
	}
}

func csvCode(err *csv.ParseError) string {
	if errors.Is(err.Err, csv.ErrQuote) && err.Line > err.StartLine {
		return "import.truncated" // a quote that does not end
	}
	return "import.syntax"
}

func unfitRecord(record []string) string {
	for _, cell := range record {
		switch text.Check(cell) {
		case text.ErrNUL:
			return "import.nul"
		case text.ErrUTF8:
			return "import.not-utf8"
		}
	}
	return ""
}

var errLong = errors.New("listing: record too big")

// bounded lets through only so much between two records.
type bounded struct {
	in   io.Reader
	left int
	line int // of the last byte read
}

func (b *bounded) Read(p []byte) (int, error) {
	if b.left <= 0 {
		return 0, errLong
	}
	n, err := b.in.Read(p)
	b.left -= n
	b.line += bytes.Count(p[:n], []byte("\n"))
	return n, err
}

// delimiter looks at the header: comma, semicolon or tab.
func delimiter(in *bufio.Reader) rune {
	head, _ := in.Peek(in.Size()) // an error comes again when the rest is read
	head, _, _ = bytes.Cut(head, []byte("\n"))
	best, most := ',', bytes.Count(head, []byte(","))
	for _, mark := range []rune{';', '\t'} {
		if n := bytes.Count(head, []byte(string(mark))); n > most {
			best, most = mark, n
		}
	}
	return best
}

// header maps the columns of the record to those we know; "" = unknown.
type header []string

func (c *collector) header(record []string, line int) header {
	var h header
	var unknown []string
	for _, cell := range record {
		name := column()[key(strings.TrimSpace(cell))]
		if name != "" && slices.Contains(h, name) { // the first of two counts
			name = ""
		}
		if name == "" {
			unknown = append(unknown, clip(value(cell)))
		}
		h = append(h, name)
	}
	if !slices.Contains(h, "offerId") && !slices.Contains(h, "displayName") {
		c.refuse(line, "listing.no-header", "known", "publisherId, offerId, displayName, supportName, supportEmail, supportLink")
		return nil
	}
	l := &listed{}
	for _, name := range unknown {
		near, _ := text.Nearest(name, knownColumns())
		l.warn("", "listing.column-unknown", "column", name, "nearest", near)
	}
	if !slices.Contains(h, "kind") {
		l.warn("kind", "listing.kind-missing")
	}
	c.outcomes = append(c.outcomes, Outcome{File: c.in.Name, Line: line, Became: BecameHeader, Warnings: l.warnings})
	return h
}

func knownColumns() []string {
	var out []string
	for name := range columns {
		out = append(out, name)
	}
	slices.Sort(out)
	return out
}

// cells are the fields of a record by column.
type cells map[string]string

func (h header) cells(record []string) cells {
	out := cells{}
	for i, cell := range record {
		if i < len(h) && h[i] != "" {
			out[h[i]] = value(Original(cell))
		}
	}
	return out
}

// yes reads a flag; stated is false when the cell is empty or no flag.
func (c cells) yes(column string) (yes, stated bool) {
	switch strings.ToLower(c[column]) {
	case "true", "yes", "y", "1":
		return true, true
	case "false", "no", "n":
		return false, true
	}
	return false, false
}

func (c *collector) record(h header, record []string, line int) error {
	row := h.cells(record)
	if row["offerId"] == "" && row["displayName"] == "" {
		c.skip(line)
		return nil
	}
	l := &listed{line: line, publisherID: row["publisherId"], publisherName: row["publisherDisplayName"],
		offerID: orElse(row["offerId"], slug(row["displayName"]))}
	l.name("", row["displayName"])
	l.kind(row["kind"])
	l.channel(row["channel"], 0)
	l.contact(wire.ContactSupport, row["supportName"], row["supportEmail"], row["supportPhone"], row["supportLink"], CSV)
	l.contact(wire.ContactEngineering, row["engineeringName"], row["engineeringEmail"], row["engineeringPhone"], row["engineeringLink"], CSV)
	l.contact(wire.ContactProgram, row["cspName"], row["cspEmail"], row["cspPhone"], row["cspLink"], CSV)
	l.link(wire.LinkDocumentation, row["documentationLink"], "", "")
	l.link(wire.LinkPrivacy, row["privacyLink"], "", "")
	l.link(wire.LinkTerms, onlyURL(row["termsLink"]), "", "")
	l.external("marketplaceUrl", onlyURL(row["marketplaceUrl"]))
	l.csvStatus(row)
	l.tier(row)
	return c.take(l)
}

// csvStatus: what is not sold any more is delisted. What is not published now
// was withdrawn if it has been published once, else it is a draft.
func (l *listed) csvStatus(row cells) {
	stop, _ := row.yes("stopSell")
	deprecated, _ := row.yes("deprecated")
	published, stated := row.yes("published")
	status := strings.ToLower(row["status"])
	switch {
	case slices.Contains([]string{"draft", "preview", "live", "delisted"}, status):
		l.offer.Status = status
	case stop || deprecated:
		l.offer.Status = "delisted"
	case published || !stated:
		l.offer.Status = "live"
	case row["firstPublished"] != "":
		l.offer.Status = "delisted"
	default:
		l.offer.Status = "draft"
	}
	if l.offer.Status != "live" && status != l.offer.Status {
		l.warn("status", "listing.status", "status", l.offer.Status)
	}
}

// tier: the operator supports its own offers itself, which makes them first
// party (S5). Support by the operator of another company's offer, and support
// by a community, are no more than a contact.
func (l *listed) tier(row cells) {
	switch strings.ToLower(row["supportTier"]) {
	case "microsoft":
		id, name := strings.ToLower(l.publisherID), strings.ToLower(l.publisherName)
		l.offer.FirstParty = strings.Contains(name, "microsoft") || strings.HasPrefix(id, "microsoft") || id == "azuresentinel"
		if !l.offer.FirstParty {
			l.warn("first_party", "listing.tier-operator")
		}
	case "community":
		l.warn("contacts", "listing.tier-community")
	}
}
