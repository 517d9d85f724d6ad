package proof

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"

	"switchboard/wire"
)

// Read reads an exported case. What two readers could read in two ways is
// refused: names that are unknown or stand twice, and words after the end.
func Read(in io.Reader) (*wire.CaseExport, error) {
	data, err := io.ReadAll(in)
	if err != nil {
		return nil, err
	}
	walk := json.NewDecoder(bytes.NewReader(data))
	if err := once(walk); err != nil {
		return nil, err
	}
	if _, err := walk.Token(); err != io.EOF {
		return nil, errors.New("proof: something follows the export")
	}
	out := new(wire.CaseExport)
	decode := json.NewDecoder(bytes.NewReader(data))
	decode.DisallowUnknownFields()
	if err := decode.Decode(out); err != nil {
		return nil, fmt.Errorf("proof: %w", err)
	}
	return out, nil
}

// once walks over one value and refuses a name that stands twice in an object.
func once(in *json.Decoder) error {
	token, err := in.Token()
	if err != nil {
		return fmt.Errorf("proof: the file is cut off or no JSON: %w", err)
	}
	open, ok := token.(json.Delim)
	if !ok {
		return nil
	}
	seen := map[string]bool{}
	for in.More() {
		if open == '{' {
			if err := unseen(in, seen); err != nil {
				return err
			}
		}
		if err := once(in); err != nil {
			return err
		}
	}
	_, err = in.Token()
	return err
}

func unseen(in *json.Decoder, seen map[string]bool) error {
	token, err := in.Token()
	if err != nil {
		return err
	}
	name := strings.ToLower(token.(string)) // the names of an object are strings, or Token has failed
	if seen[name] {
		return fmt.Errorf("proof: %q stands twice", name)
	}
	seen[name] = true
	return nil
}
