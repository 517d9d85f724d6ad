package listing

import (
	"encoding/csv"
	"io"
	"iter"
	"strings"

	"switchboard/wire"
)

// exported lists the columns of a CSV export, which Read takes back.
var exported = []string{"publisherId", "offerId", "displayName", "publisherDisplayName", "kind", "status", "channel",
	"supportName", "supportEmail", "supportPhone", "supportLink",
	"engineeringName", "engineeringEmail", "engineeringPhone", "engineeringLink",
	"cspName", "cspEmail", "cspPhone", "cspLink", "marketplaceUrl"}

// WriteCSV writes offers as a table: one row an offer, the first contact point
// of each role, names in a language. publisher gives the name of a company. It
// is for people and spreadsheets; only the world format holds everything.
func WriteCSV(w io.Writer, lang string, offers iter.Seq2[*wire.Offer, error], publisher func(id string) string) error {
	out := csv.NewWriter(w)
	if err := out.Write(exported); err != nil {
		return err
	}
	for o, err := range offers {
		if err != nil {
			return err
		}
		name, _ := o.Name.In(lang)
		record := []string{orElse(o.External["publisherId"], o.Publisher), orElse(o.External["offerId"], strings.TrimPrefix(o.ID, o.Publisher+".")), name, publisher(o.Publisher),
			o.Kind, o.Status, o.Channel}
		for _, role := range []string{wire.ContactSupport, wire.ContactEngineering, wire.ContactProgram} {
			c := first(o.Contacts, role)
			record = append(record, c.Name, c.Email, c.Phone, c.URL)
		}
		record = append(record, o.External["marketplaceUrl"])
		for i := range record {
			record[i] = Neutral(record[i])
		}
		if err := out.Write(record); err != nil {
			return err
		}
	}
	out.Flush()
	return out.Error()
}

func first(contacts []wire.Contact, role string) wire.Contact {
	for _, c := range contacts {
		if c.Role == role {
			return c
		}
	}
	return wire.Contact{}
}
