package directory

import "switchboard/wire"

// Collide tells whether two support agreements would be in force for the same
// pair, customer and offer on one day, so that no rule says which counts (spec
// 1 section 4).
func Collide(a, b *wire.Agreement) bool {
	return a.Provider == b.Provider && a.Reseller == b.Reseller && a.Customer == b.Customer && overlap(a, b)
}
