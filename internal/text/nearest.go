package text

// Nearest returns the candidate that s most likely meant, for "did you mean".
// Spelling is compared folded, by Distance; a third of the letters may be wrong
// (at least one, at most three). Of equally near candidates the first wins. ok
// is false when none is near enough.
func Nearest(s string, candidates []string) (best string, ok bool) {
	want := []rune(Fold(s))
	if len(want) == 0 {
		return "", false
	}
	least := min(max(len(want)/3, 1), 3) + 1
	for _, c := range candidates {
		if d := distance(want, []rune(Fold(c)), least); d < least && d < len(want) {
			best, least, ok = c, d, true
		}
	}
	return best, ok
}

// Distance is the number of inserted, missing, wrong or swapped neighbouring
// characters between a and b (Damerau-Levenshtein, no piece edited twice).
func Distance(a, b string) int {
	x, y := []rune(a), []rune(b)
	return distance(x, y, len(x)+len(y)+1)
}

// distance stops early and returns limit when the result would reach it.
func distance(a, b []rune, limit int) int {
	if gap := len(a) - len(b); gap >= limit || -gap >= limit {
		return limit
	}
	before, last, row := make([]int, len(b)+1), make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range last {
		last[j] = j
	}
	for i := 1; i <= len(a); i++ {
		row[0] = i
		least := i
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			row[j] = min(last[j]+1, row[j-1]+1, last[j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
			least = min(least, row[j])
		}
		if least >= limit {
			return limit
		}
		before, last, row = last, row, before
	}
	return min(last[len(b)], limit)
}
