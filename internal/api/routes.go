package api

import (
	"net/http"

	"switchboard/internal/access"
	"switchboard/internal/directory"
	"switchboard/wire"
)

const (
	get   = http.MethodGet
	put   = http.MethodPut
	post  = http.MethodPost
	del   = http.MethodDelete
	patch = http.MethodPatch
)

// routes is the list: every address of /v1 with what a token needs for it and
// the statement or section it serves. Nothing is served that does not stand
// here.
func routes() []entry {
	list := []entry{
		route[WhoQuery, Document[wire.Answer]]{Name: "who", Method: get, Path: "/v1/who", Needs: access.ScopeAnswers, Open: true, Statement: "spec 1 section 3", Call: whoByQuery},
		route[WhoBody, Document[wire.Answer]]{Name: "ask-who", Method: post, Path: "/v1/who", Needs: access.ScopeAnswers, Open: true, Statement: "spec 1 section 3", Call: whoByBody},
		route[WhoBody, Document[wire.Draft]]{Name: "draft-message", Method: post, Path: "/v1/message", Needs: access.ScopeAnswers, Open: true, Statement: "S24", Call: draftMessage},
		route[WhoBody, Document[wire.Page[wire.Suggestion]]]{Name: "suggest-topics", Method: post, Path: "/v1/topics", Needs: access.ScopeAnswers, Open: true, Statement: "spec 1 section 2", Call: suggestTopics},

		route[OfferQuery, Document[wire.Page[wire.OfferSummary]]]{Name: "list-offers", Method: get, Path: "/v1/offers", Needs: access.ScopeRead, Open: true, Statement: "S37", Call: listOffers},
		route[OfferID, Document[wire.OfferDetails]]{Name: "offer-details", Method: get, Path: "/v1/offers/{id}/details", Needs: access.ScopeRead, Open: true, Statement: "S30 S31 S32 S33 S34 S35 S36 S38", Call: offerDetails},
		route[OfferContact, Document[wire.OfferDetails]]{Name: "verify-contact", Method: post, Path: "/v1/offers/{id}/contacts/{role}/verify", Needs: access.ScopeWrite, Statement: "S31", Call: verifyContact},
		route[OfferContact, Document[wire.OfferDetails]]{Name: "approve-contact", Method: post, Path: "/v1/offers/{id}/contacts/{role}/approve", Needs: access.ScopeWrite, Statement: "S31", Call: approveContact},
		route[OfferContact, Document[wire.OfferDetails]]{Name: "withdraw-contact", Method: post, Path: "/v1/offers/{id}/contacts/{role}/withdraw", Needs: access.ScopeWrite, Statement: "S31", Call: withdrawContact},

		route[CustomerID, Written]{Name: "contact-sheet", Method: get, Path: "/v1/customers/{id}/sheet", Needs: access.ScopeRead, Statement: "S1 S24", Document: describeSheet, Call: contactSheet},
		route[struct{}, Document[wire.GapReport]]{Name: "gaps", Method: get, Path: "/v1/gaps", Needs: access.ScopeRead, Statement: "S28 S31", Call: gaps},

		route[AgreementBody, Resource[wire.Agreement]]{Name: "propose-agreement", Method: post, Path: "/v1/agreements", Needs: access.ScopeWrite, Statement: "S28", Call: proposeAgreement, Again: againAgreement},
		route[AgreementStep, Resource[wire.Agreement]]{Name: "accept-agreement", Method: post, Path: "/v1/agreements/{id}/accept", Needs: access.ScopeWrite, Statement: "S28", Call: acceptAgreement, Again: againAgreement},
		route[AgreementStep, Resource[wire.Agreement]]{Name: "end-agreement", Method: post, Path: "/v1/agreements/{id}/end", Needs: access.ScopeWrite, Statement: "S28", Call: endAgreement, Again: againAgreement},
		route[AgreementStep, Resource[wire.Agreement]]{Name: "withdraw-agreement", Method: post, Path: "/v1/agreements/{id}/withdraw", Needs: access.ScopeWrite, Statement: "S28", Call: withdrawAgreement},

		route[RulesQuery, Document[wire.RulesVersion]]{Name: "rules", Method: get, Path: "/v1/rules", Needs: access.ScopeAnswers, Open: true, Statement: "spec 1 section 3", Call: showRules},
		route[struct{}, Document[wire.Page[wire.RulesVersion]]]{Name: "rules-history", Method: get, Path: "/v1/rules/history", Needs: access.ScopeAnswers, Open: true, Statement: "spec 1 section 3", Call: rulesHistory},
		route[RulesTrial, Document[wire.Answer]]{Name: "try-rules", Method: post, Path: "/v1/rules/try", Needs: access.ScopeRead, Statement: "spec 1 section 3", Call: tryRules},
		route[RulesBody, Document[wire.RulesVersion]]{Name: "publish-rules", Method: post, Path: "/v1/rules", Needs: access.ScopeAdmin, Statement: "spec 1 section 6", Call: publishRules, Again: againRules},

		route[RolesQuery, Resource[wire.RoleSet]]{Name: "roles", Method: get, Path: "/v1/roles", Needs: access.ScopeRead, Statement: "S2", Call: showRoles},
		route[RolesBody, Resource[wire.RoleSet]]{Name: "publish-roles", Method: put, Path: "/v1/roles", Needs: access.ScopeAdmin, Statement: "S2", Call: publishRoles},
		route[ObjectID, Resource[wire.CompanySettings]]{Name: "company-settings", Method: get, Path: "/v1/companies/{id}/settings", Needs: access.ScopeRead, Statement: "spec 1 section 6", Call: companySettings},
		route[SettingsBody, Resource[wire.CompanySettings]]{Name: "set-company-settings", Method: put, Path: "/v1/companies/{id}/settings", Needs: access.ScopeAdmin, Statement: "spec 1 section 6", Call: setCompanySettings},
		route[PortalQuery, Document[wire.Page[wire.PortalHost]]]{Name: "list-portal-hosts", Method: get, Path: "/v1/portal-hosts", Needs: access.ScopeRead, Statement: "spec 1 section 2", Call: listPortals},
		route[ObjectID, Resource[wire.PortalHost]]{Name: "get-portal-host", Method: get, Path: "/v1/portal-hosts/{id}", Needs: access.ScopeRead, Statement: "spec 1 section 2", Call: getPortal},
		route[PortalBody, Resource[wire.PortalHost]]{Name: "put-portal-host", Method: put, Path: "/v1/portal-hosts/{id}", Needs: access.ScopeAdmin, Statement: "spec 1 section 2", Call: putPortal},
		route[ObjectStep, Empty]{Name: "delete-portal-host", Method: del, Path: "/v1/portal-hosts/{id}", Needs: access.ScopeAdmin, Statement: "spec 1 section 2", Call: deletePortal},

		route[ImportRequest, Document[wire.ImportReport]]{Name: "import", Method: post, Path: "/v1/import", Needs: access.ScopeAdmin, Statement: "spec 3 section 2", Stream: true, Document: describeImport, Call: importWorld},
		route[ExportQuery, Written]{Name: "export", Method: get, Path: "/v1/export", Needs: access.ScopeRead, Statement: "spec 3 section 2", Stream: true, Document: describeExport, Call: exportWorld},

		route[TokenQuery, Document[wire.Page[wire.Token]]]{Name: "list-tokens", Method: get, Path: "/v1/tokens", Needs: access.ScopeAdmin, Statement: "spec 1 section 6", Call: listTokens},
		route[TokenBody, Document[wire.Token]]{Name: "create-token", Method: post, Path: "/v1/tokens", Needs: access.ScopeAdmin, Statement: "spec 1 section 6", Call: createToken, Again: againToken},
		route[TokenID, Empty]{Name: "revoke-token", Method: del, Path: "/v1/tokens/{id}", Needs: access.ScopeAdmin, Statement: "spec 1 section 6", Call: revokeToken},
		route[PersonID, Document[SigninLink]]{Name: "signin-link", Method: post, Path: "/v1/people/{id}/signin-link", Needs: access.ScopeAdmin, Statement: "spec 3 section 1", Call: signinLink},
		route[struct{}, Document[SetupLink]]{Name: "setup-link", Method: post, Path: "/v1/setup-link", Needs: access.ScopeAdmin, Statement: "spec 3 section 1", Call: setupLink},
		route[struct{}, Document[wire.Session]]{Name: "session", Method: get, Path: "/v1/session", Needs: access.ScopeAnswers, Statement: "spec 1 section 6", Call: session},
		route[PageQuery, Document[wire.Page[AuditEntry]]]{Name: "audit", Method: get, Path: "/v1/audit", Needs: access.ScopeAdmin, Statement: "spec 1 section 6", Call: audit},
		route[struct{}, Document[wire.Page[wire.PublicKey]]]{Name: "keys", Method: get, Path: "/v1/keys", Needs: access.ScopeAnswers, Open: true, Statement: "spec 2 section 1", Call: publicKeys},
		route[PageQuery, Document[wire.StoreCheck]]{Name: "verify-store", Method: get, Path: "/v1/verify", Needs: access.ScopeAdmin, Statement: "spec 2 section 1", Call: verifyStore},
		route[struct{}, Document[wire.Page[Finding]]]{Name: "doctor", Method: get, Path: "/v1/doctor", Needs: access.ScopeAdmin, Statement: "spec 3 section 1", Call: doctor},
	}
	list = append(list, caseRoutes()...)
	list = append(list, fileRoutes()...)
	list = append(list, feedRoutes()...)
	list = append(list, heldRoutes()...)
	list = append(list, reportRoutes()...)
	list = append(list, intakeRoutes()...)
	list = append(list, deskRoutes()...)
	list = append(list, nounRoutes[wire.Company](directory.Companies, "company", "spec 1 section 2", true)...)
	list = append(list, nounRoutes[wire.Relation](directory.Relations, "relation", "S39", true)...)
	list = append(list, nounRoutes[wire.Offer](directory.Offers, "offer", "S30", false)...)
	list = append(list, nounRoutes[wire.Subscription](directory.Subscriptions, "subscription", "S10", true)...)
	list = append(list, nounRoutes[wire.Agreement](directory.Agreements, "agreement", "S8 S28", true)...)
	return append(list, nounRoutes[wire.Person](directory.People, "person", "S2", true)...)
}

// nounRoutes are the four routes that the nouns of the directory have alike;
// the list of offers is one of its own, with what a reader of the market needs.
func nounRoutes[T any](noun directory.Noun, one, statement string, listed bool) []entry {
	many := string(noun)
	at := "/v1/" + many + "/{id}"
	open := noun == directory.Offers
	list := []entry{
		route[ObjectID, Resource[T]]{Name: "get-" + one, Method: get, Path: at, Needs: access.ScopeRead, Open: open, Statement: statement, Call: getObject[T](noun)},
		route[ObjectBody[T], Resource[T]]{Name: "put-" + one, Method: put, Path: at, Needs: access.ScopeWrite, Statement: statement, Call: putObject[T](noun)},
		route[ObjectStep, Empty]{Name: "delete-" + one, Method: del, Path: at, Needs: access.ScopeWrite, Statement: statement, Call: deleteObject(noun)},
	}
	if listed {
		list = append(list, route[ListQuery, Document[wire.Page[T]]]{Name: "list-" + many, Method: get, Path: "/v1/" + many, Needs: access.ScopeRead, Statement: statement, Call: listObjects[T](noun)})
	}
	return list
}
