package worldfile

import (
	"bytes"
	"path/filepath"
	"regexp"
	"strings"
)

// Format is what an input of import may be (spec 3 section 1, --format).
type Format string

const (
	World            Format = "world"
	ProductIngestion Format = "product-ingestion"
	IngestionV1      Format = "ingestion-v1"
	Azpc             Format = "azpc"
	CSV              Format = "csv"
	SaasSample       Format = "saas-sample" // offers of the SaaS API emulator; found by auto only
	Unknown          Format = ""
)

// Formats lists what --format takes besides auto.
func Formats() []string {
	return []string{string(World), string(ProductIngestion), string(IngestionV1), string(Azpc), string(CSV)}
}

// HeadSize is how many bytes of a file Detect wants to see.
const HeadSize = 64 << 10

// marks are the keys by which a JSON document is told, the surest first. Keys
// are spelled in several ways in the wild, so letters alone count.
var marks = []struct {
	format Format
	key    *regexp.Regexp
}{
	{World, regexp.MustCompile(`"switchboard"\s*:\s*\d`)},
	{Azpc, regexp.MustCompile(`(?i)"(offer_?listing|plan_?overview|offer_?setup)"\s*:`)},
	{ProductIngestion, regexp.MustCompile(`(?i)"\$schema"\s*:\s*"[^"]*/schema/(configure|resource-tree|product|listing|reseller|submission|property|plan|price-and-availability)`)},
	{IngestionV1, regexp.MustCompile(`(?i)"(listingContacts|listingUris)"\s*:|"resourceType"\s*:\s*"[A-Za-z]*(Listing|Product|ResellerConfiguration)"`)},
	{ProductIngestion, regexp.MustCompile(`(?i)"(supportContact|engineeringContact|cloudSolutionProviderContact|resellerChannelState)"\s*:`)},
	{SaasSample, regexp.MustCompile(`(?i)"offerId"\s*:[\s\S]*"plans"\s*:`)},
	{World, regexp.MustCompile(`"(companies|relations|offers|agreements|subscriptions|people|intake_forms|policies)"\s*:`)},
}

// Detect tells the format of a file by its name and its first bytes.
func Detect(name string, head []byte) Format {
	head = bytes.TrimPrefix(head, []byte("\xEF\xBB\xBF"))
	ext := strings.ToLower(filepath.Ext(name))
	trimmed := bytes.TrimSpace(head)
	switch {
	case ext == ".csv" || ext == ".tsv":
		return CSV
	case len(trimmed) == 0:
		return World // an empty file: its reader says so
	case trimmed[0] == '{' || trimmed[0] == '[':
		return detectJSON(head)
	case ext == ".yaml" || ext == ".yml" || worldYAML.Match(head):
		return World
	case csvHeader.Match(head):
		return CSV
	}
	return Unknown
}

func detectJSON(head []byte) Format {
	for _, m := range marks {
		if m.key.Match(head) {
			return m.format
		}
	}
	return Unknown
}

var (
	worldYAML = regexp.MustCompile(`(?m)^(---\s*)?("?switchboard"?\s*:|companies:|offers:|subscriptions:|people:|agreements:|relations:)`)
	csvHeader = regexp.MustCompile(`(?i)^"?[\w .-]*(publisher|offer|support|company)[\w .-]*"?[,;\t]`)
)
