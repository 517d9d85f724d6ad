package web

import "strings"

// diffLine is a line of a comparison: '+' new, '-' gone, ' ' the same.
type diffLine struct {
	Kind byte
	Text string
}

// around is how many unchanged lines stand around a change.
const around = 3

// diff compares two texts line by line; equal texts give an empty, non-nil
// list. It finds the longest common part after cutting equal ends.
func diff(before, after string) []diffLine {
	a, b := strings.Split(before, "\n"), strings.Split(after, "\n")
	head := 0
	for head < len(a) && head < len(b) && a[head] == b[head] {
		head++
	}
	tail := 0
	for tail < len(a)-head && tail < len(b)-head && a[len(a)-1-tail] == b[len(b)-1-tail] {
		tail++
	}
	if head == len(a) && head == len(b) {
		return []diffLine{}
	}
	out := same(nil, a[max(0, head-around):head])
	out = append(out, changed(a[head:len(a)-tail], b[head:len(b)-tail])...)
	return near(same(out, a[len(a)-tail:min(len(a), len(a)-tail+around)]))
}

func same(out []diffLine, lines []string) []diffLine {
	for _, line := range lines {
		out = append(out, diffLine{' ', line})
	}
	return out
}

// changed walks the table of common lengths; tables of rules have a few
// thousand lines at most.
func changed(a, b []string) []diffLine {
	common := lengths(a, b)
	var out []diffLine
	i, j := 0, 0
	for i < len(a) || j < len(b) {
		switch {
		case i < len(a) && j < len(b) && a[i] == b[j]:
			out = append(out, diffLine{' ', a[i]})
			i, j = i+1, j+1
		case j == len(b) || i < len(a) && common[i+1][j] >= common[i][j+1]:
			out = append(out, diffLine{'-', a[i]})
			i++
		default:
			out = append(out, diffLine{'+', b[j]})
			j++
		}
	}
	return out
}

// lengths[i][j] is the longest common part of a[i:] and b[j:].
func lengths(a, b []string) [][]uint16 {
	out := make([][]uint16, len(a)+1)
	for i := range out {
		out[i] = make([]uint16, len(b)+1)
	}
	for i := len(a) - 1; i >= 0; i-- {
		for j := len(b) - 1; j >= 0; j-- {
			if a[i] == b[j] {
				out[i][j] = out[i+1][j+1] + 1
			} else {
				out[i][j] = max(out[i+1][j], out[i][j+1])
			}
		}
	}
	return out
}

// near leaves out unchanged lines far from any change.
func near(lines []diffLine) []diffLine {
	keep := make([]bool, len(lines))
	for i, l := range lines {
		if l.Kind == ' ' {
			continue
		}
		for j := max(0, i-around); j <= min(len(lines)-1, i+around); j++ {
			keep[j] = true
		}
	}
	out := []diffLine{}
	for i, l := range lines {
		if keep[i] {
			out = append(out, l)
		} else if i > 0 && keep[i-1] {
			out = append(out, diffLine{' ', "…"})
		}
	}
	return out
}
