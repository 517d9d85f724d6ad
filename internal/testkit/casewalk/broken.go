package casewalk

import (
	"fmt"
	"testing"
)

// Broken is a desk into which a fault is put, once: the walk has to find it.
type Broken struct {
	Desk
	Fault func() bool // puts it in; false = there is nothing yet that it could break
	In    bool
}

// Do takes the step, and breaks what is there then.
func (b *Broken) Do(s Step) error {
	err := b.Desk.Do(s)
	if err == nil && !s.bySystem() && !b.In {
		b.In = b.Fault()
	}
	return err
}

// Found gives what a walk finds wrong; "" = nothing.
func Found(t testing.TB, walk func(testing.TB)) (wrong string) {
	t.Helper()
	defer func() {
		switch found := recover().(type) {
		case nil:
		case finding:
			wrong = string(found)
		default:
			panic(found)
		}
	}()
	walk(finder{t})
	return ""
}

// finding is what ends a walk that is expected to go wrong.
type finding string

// finder is a test that does not fail of what is found.
type finder struct{ testing.TB }

func (finder) Fatal(args ...any)               { panic(finding(fmt.Sprint(args...))) }
func (finder) Fatalf(form string, args ...any) { panic(finding(fmt.Sprintf(form, args...))) }
