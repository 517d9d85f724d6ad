package api

import (
	"encoding/json"
	"net/http"

	"switchboard/internal/access"
	"switchboard/internal/fault"
	"switchboard/wire"
)

// Finding is something the doctor noticed.
type Finding struct {
	Code  string `json:"code"`
	Level string `json:"level"` // ok | warning | error
	Text  string `json:"text"`
	Fix   string `json:"fix,omitempty"`
}

// doctor is for whoever runs the installation.
func doctor(c *call, _ *struct{}) (*Document[wire.Page[Finding]], error) {
	if !c.actor.Local && !c.actor.Operator {
		return nil, fault.New(fault.NotFound, "not-found.address")
	}
	if err := access.Need(c.actor, access.ManagePeople); err != nil {
		return nil, err
	}
	found, err := c.app.Doctor(c.ctx, c.lang)
	if err != nil {
		return nil, err
	}
	out := make([]Finding, 0, len(found))
	for _, f := range found {
		out = append(out, Finding{Code: f.Code, Level: f.Level, Text: f.Text, Fix: f.Fix})
	}
	return pageOf(out, ""), nil
}

// health is what a machine that watches this one reads.
type health struct {
	Status  string `json:"status"` // ok | unavailable
	Version string `json:"version,omitempty"`
}

// alive answers as long as the process does.
func (h *Handler) alive(w http.ResponseWriter, _ *http.Request) { h.sayHealth(w, http.StatusOK, "ok") }

// ready answers 200 when the data can be reached.
func (h *Handler) ready(w http.ResponseWriter, r *http.Request) {
	if err := h.o.App.Health(r.Context()); err != nil {
		callOf(r.Context()).note(fault.Of(err))
		h.sayHealth(w, http.StatusServiceUnavailable, "unavailable")
		return
	}
	h.sayHealth(w, http.StatusOK, "ok")
}

func (h *Handler) sayHealth(w http.ResponseWriter, status int, word string) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	// The reader may have gone; there is nobody left to tell.
	_ = json.NewEncoder(w).Encode(health{Status: word, Version: h.o.Version})
}
