package api

import "switchboard/wire"

// RulesQuery names a version of the rules; 0 = the one in force.
type RulesQuery struct {
	Version int `query:"version"`
}

// RulesTrial is a table that is not published, and a question to try it on.
type RulesTrial struct {
	Body struct {
		Text string      `json:"text"`
		Note string      `json:"note,omitempty"`
		Ask  WhoQuestion `json:"ask"`
	}
}

// RulesBody is a table to publish.
type RulesBody struct {
	Body struct {
		Text string `json:"text"`
		Note string `json:"note,omitempty"`
	}
}

func showRules(c *call, in *RulesQuery) (*Document[wire.RulesVersion], error) {
	rules, version, err := c.app.Rules(c.ctx, in.Version)
	if err != nil {
		return nil, err
	}
	version.Text = rules.Text()
	return document(&version, nil)
}

func rulesHistory(c *call, _ *struct{}) (*Document[wire.Page[wire.RulesVersion]], error) {
	versions, err := c.app.RulesHistory(c.ctx)
	return pageOf(versions, ""), err
}

func tryRules(c *call, in *RulesTrial) (*Document[wire.Answer], error) {
	return document(c.app.TryRules(c.ctx, c.actor, in.Body.Ask.ask(c), in.Body.Text))
}

func publishRules(c *call, in *RulesBody) (*Document[wire.RulesVersion], error) {
	version, err := c.app.PublishRules(c.ctx, c.actor, in.Body.Text, in.Body.Note)
	return document(&version, err)
}
