package app

import (
	"context"
	"strconv"
	"time"

	"switchboard/internal/access"
	"switchboard/internal/directory"
	"switchboard/internal/fault"
	"switchboard/internal/store"
	"switchboard/wire"
)

// Splits lists the support agreements of a provider and a reseller, the newest
// version first (S28). Only the two of them, and the operator, may read them.
func (a *App) Splits(ctx context.Context, actor access.Actor, provider, reseller string) ([]wire.Agreement, error) {
	out := []wire.Agreement{}
	err := a.store.View(ctx, func(tx *store.Tx) error {
		if err := seePair(tx, actor, provider, reseller); err != nil {
			return err
		}
		var err error
		out, err = splitsOf(tx, provider, reseller)
		return err
	})
	return out, err
}

func seePair(tx *store.Tx, actor access.Actor, provider, reseller string) error {
	id := directory.RelationID(&wire.Relation{Provider: provider, Reseller: reseller})
	_, _, err := tx.See(reader(actor), directory.Relations, id)
	return err
}

func splitsOf(tx *store.Tx, provider, reseller string) ([]wire.Agreement, error) {
	s, err := tx.Around(store.Keys{Asker: reseller})
	if err != nil {
		return nil, err
	}
	out := []wire.Agreement{}
	for _, a := range s.Splits(directory.Pair{Provider: provider, Reseller: reseller}) {
		out = append(out, *a)
	}
	return out, nil
}

// ProposeSplit puts a new version of a support agreement before the other
// side. It is not in force until that side accepts it.
func (a *App) ProposeSplit(ctx context.Context, actor access.Actor, proposal wire.Agreement) (*wire.Agreement, error) {
	if err := access.Need(actor, access.ProposeAgreement); err != nil {
		return nil, err
	}
	err := a.store.InTx(ctx, func(tx *store.Tx) error {
		if err := seePair(tx, actor, proposal.Provider, proposal.Reseller); err != nil {
			return err
		}
		if !actor.Local && actor.Company != proposal.Provider && actor.Company != proposal.Reseller {
			return fault.New(fault.Denied, "denied.not-a-party")
		}
		older, err := splitsOf(tx, proposal.Provider, proposal.Reseller)
		if err != nil {
			return err
		}
		prepareProposal(&proposal, older, actor, directory.Date(a.now()))
		if err := directory.Refuse(directory.Check(&proposal)); err != nil {
			return err
		}
		if err := namesKnown(tx, actor, &proposal); err != nil {
			return err
		}
		if _, err := tx.Put(&proposal, new(int64)); err != nil {
			return err
		}
		return audit(tx, actor, "propose-agreement", directory.Agreements, proposal.ID)
	})
	if err != nil {
		return nil, err
	}
	return &proposal, nil
}

func prepareProposal(p *wire.Agreement, older []wire.Agreement, actor access.Actor, today string) {
	p.Kind, p.State, p.Proposer, p.Accepted = wire.SupportSplitKind, "proposed", actor.Company, nil
	if actor.Local && p.Proposer == "" {
		p.Proposer = p.Provider
	}
	p.Version = 1
	for _, old := range older {
		p.Version = max(p.Version, old.Version+1)
	}
	if p.From == "" {
		p.From = today
	}
	if p.ID == "" {
		p.ID = p.Provider + "-" + p.Reseller + "-" + strconv.Itoa(p.Version)
	}
}

// AcceptSplit puts a proposal in force. Only the side that did not propose it
// may accept; what it replaces ends the day before it starts.
func (a *App) AcceptSplit(ctx context.Context, actor access.Actor, id string, ifVersion *int64) (*wire.Agreement, error) {
	return a.changeSplit(ctx, actor, id, ifVersion, "accept-agreement", func(tx *store.Tx, split *wire.Agreement) error {
		if split.State != "proposed" {
			return fault.New(fault.Conflict, "agreement.not-proposed", "id", id)
		}
		if !actor.Local && actor.Company == split.Proposer {
			return fault.New(fault.Denied, "agreement.own-proposal", "id", id)
		}
		split.State = "accepted"
		split.Accepted = &wire.Acceptance{Company: actor.Company, Person: actor.Person, At: a.now().UTC().Format(time.RFC3339)}
		return a.supersede(tx, split)
	})
}

// supersede ends the accepted agreements about the same thing the day before
// the new one starts; one that starts later is a conflict.
func (a *App) supersede(tx *store.Tx, split *wire.Agreement) error {
	older, err := splitsOf(tx, split.Provider, split.Reseller)
	if err != nil {
		return err
	}
	for i := range older {
		old := &older[i]
		if old.ID == split.ID || !directory.Collide(old, split) {
			continue
		}
		if old.From >= split.From {
			return fault.New(fault.Conflict, "import.overlap", "a", old.ID, "b", split.ID)
		}
		old.Until = dayBefore(split.From)
		if _, err := tx.Put(old, nil); err != nil {
			return err
		}
	}
	return nil
}

func dayBefore(date string) string {
	t, err := time.Parse(time.DateOnly, date)
	if err != nil {
		return date
	}
	return t.AddDate(0, 0, -1).Format(time.DateOnly)
}

// WithdrawSplit takes a proposal back.
func (a *App) WithdrawSplit(ctx context.Context, actor access.Actor, id string, ifVersion *int64) (*wire.Agreement, error) {
	return a.changeSplit(ctx, actor, id, ifVersion, "withdraw-agreement", func(_ *store.Tx, split *wire.Agreement) error {
		if split.State != "proposed" {
			return fault.New(fault.Conflict, "agreement.not-proposed", "id", id)
		}
		split.State = "ended"
		return nil
	})
}

// EndSplit ends an agreement today; the answers of earlier days stay the same.
// One that has not begun never will.
func (a *App) EndSplit(ctx context.Context, actor access.Actor, id string, ifVersion *int64) (*wire.Agreement, error) {
	return a.changeSplit(ctx, actor, id, ifVersion, "end-agreement", func(_ *store.Tx, split *wire.Agreement) error {
		today := directory.Date(a.now())
		if directory.AgreementState(split) != "accepted" || split.Until != "" && split.Until < today {
			return fault.New(fault.Conflict, "agreement.not-in-force", "id", id)
		}
		if split.From > today {
			split.State = "ended"
		} else {
			split.Until = today
		}
		return nil
	})
}

// changeSplit: accepting and ending need the right to accept, withdrawing the
// right to propose.
func (a *App) changeSplit(ctx context.Context, actor access.Actor, id string, ifVersion *int64, act string, change func(*store.Tx, *wire.Agreement) error) (*wire.Agreement, error) {
	need := access.AcceptAgreement
	if act == "withdraw-agreement" {
		need = access.ProposeAgreement
	}
	var out *wire.Agreement
	err := a.store.InTx(ctx, func(tx *store.Tx) error {
		object, version, err := tx.See(reader(actor), directory.Agreements, id)
		if err != nil {
			return err
		}
		split := *object.(*wire.Agreement)
		if split.Kind != wire.SupportSplitKind {
			return fault.New(fault.NotFound, "not-found.agreement", "id", id)
		}
		if err := access.Need(actor, need); err != nil {
			return err
		}
		if !actor.Local && actor.Company != split.Provider && actor.Company != split.Reseller {
			return fault.New(fault.Denied, "denied.not-a-party")
		}
		if ifVersion != nil {
			version = *ifVersion
		}
		if err := change(tx, &split); err != nil {
			return err
		}
		if _, err := tx.Put(&split, &version); err != nil {
			return err
		}
		out = &split
		return audit(tx, actor, act, directory.Agreements, id)
	}, store.Serializable)
	return out, err
}
