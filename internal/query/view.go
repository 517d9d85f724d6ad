package query

import (
	"switchboard/internal/fault"
	"switchboard/internal/text"
)

// Named is a query with a name: a view. Its label in three languages is the text
// of the key "view." + Name.
type Named struct{ Name, Query string }

// Views lists the default views in their order (design/experience 4.1).
func Views() []Named {
	return []Named{
		{"needs-us", "with:us is:open -is:paused -is:snoozed sort:due"},
		{"due-today", "with:us due:<=today sort:due"}, // what is late is due as well
		{"waiting-on-others", "with:others is:open sort:due"},
		{"handed-to-us", "is:handed-to-us is:open sort:due"},
		{"close-the-loop", "sponsor:us is:proposed sort:due"}, // solved, and we owe the customer the question
		{"snoozed", "is:snoozed sort:due"},                    // put aside, and its clocks go on
		{"done", "is:closed sort:updated"},
	}
}

// View is the query of a default view. A name that is none is not found; the fault
// not-found.view has the nearest.
func View(name string) (Query, error) {
	var known []string
	for _, v := range Views() {
		if v.Name == name {
			return Parse(v.Query)
		}
		known = append(known, v.Name)
	}
	nearest, _ := text.Nearest(name, known)
	return Query{}, fault.New(fault.NotFound, "not-found.view", "id", clip(name), "nearest", nearest)
}
