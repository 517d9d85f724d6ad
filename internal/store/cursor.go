package store

import (
	"encoding/base64"

	"switchboard/internal/fault"
	"switchboard/internal/text"
)

// A cursor is the id a list has come to, which the reader has seen. It is
// wrapped so that nobody builds one by hand and relies on it.
func sealCursor(id string) string { return base64.RawURLEncoding.EncodeToString([]byte(id)) }

func openCursor(cursor string) (string, error) {
	id, err := base64.RawURLEncoding.DecodeString(cursor)
	if err == nil {
		err = text.Check(string(id))
	}
	if err != nil {
		return "", fault.Wrap(err, fault.Invalid, "cursor.invalid")
	}
	return string(id), nil
}
