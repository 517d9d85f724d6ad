package live

import (
	"sync"
	"testing"

	"switchboard/internal/fault"
)

func TestAWakeReachesItsTopicOnce(t *testing.T) {
	h := New(2)
	a, err := h.Listen("a")
	if err != nil {
		t.Fatal(err)
	}
	b, err := h.Listen("b")
	if err != nil {
		t.Fatal(err)
	}
	h.Wake("a")
	h.Wake("a")
	<-a.Woken()
	for name, e := range map[string]*Ear{"a again": a, "b": b} {
		select {
		case <-e.Woken():
			t.Errorf("%s was woken", name)
		default:
		}
	}
}

func TestOnlySoManyWaitForATopic(t *testing.T) {
	h := New(1)
	first, err := h.Listen("a")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := h.Listen("a"); fault.Of(err).Code != "too-many.streams" {
		t.Errorf("%v", err)
	}
	if _, err := h.Listen("b"); err != nil {
		t.Errorf("another topic: %v", err)
	}
	first.Close()
	if _, err := h.Listen("a"); err != nil {
		t.Errorf("after one has left: %v", err)
	}
}

func TestAClosedHubLetsEverybodyGo(t *testing.T) {
	h := New(100)
	var done sync.WaitGroup
	for range 100 {
		e, err := h.Listen("a")
		if err != nil {
			t.Fatal(err)
		}
		done.Go(func() {
			defer e.Close()
			for range e.Woken() { // until it is closed
			}
		})
	}
	for range 100 {
		done.Go(func() { h.Wake("a") })
	}
	h.Close()
	done.Wait()
	if _, err := h.Listen("a"); fault.Of(err).Code != "live.closed" {
		t.Errorf("%v", err)
	}
}
