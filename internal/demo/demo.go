// Package demo carries the world that a visitor looks around in: made-up
// companies, offers and contracts, one of everything that changes who answers
// a question.
package demo

import _ "embed"

//go:embed world.yaml
var world []byte

// World gives the demo world in the world format (YAML, one document). The
// caller may keep and change the bytes.
func World() []byte { return append([]byte(nil), world...) }
