package wire

// The closed lists of spec 1 section 2; the strings are the API's.

// Party kinds.
const (
	Customer      = "customer"
	Reseller      = "reseller"
	Provider      = "provider"
	DirectPartner = "direct-partner"
	Publisher     = "publisher"
	Operator      = "operator"
)

// Kinds lists the party kinds.
func Kinds() []string {
	return []string{Customer, Reseller, Provider, DirectPartner, Publisher, Operator}
}

// Sales models.
const (
	Direct        = "direct"
	Indirect      = "indirect"
	SelfServe     = "self-serve"
	InPartner     = "in-partner-subscription"
	PrePurchase   = "pre-purchase"
	PartnerModel  = "partner" // what a customer reads for direct and indirect alike
	DefaultSev    = "moderate"
	DefaultLocale = "en"
)

// Models lists the sales models a subscription may have.
func Models() []string { return []string{Direct, Indirect, SelfServe, InPartner, PrePurchase} }

// Topics.
const (
	Billing              = "billing"
	Payment              = "payment"
	SubscriptionTopic    = "subscription"
	Refund               = "refund"
	AccountSetup         = "account-setup"
	HowTo                = "how-to"
	BreakFix             = "break-fix"
	Outage               = "outage"
	ProductSLA           = "product-sla"
	PlatformSLACredit    = "platform-sla-credit"
	PlatformProvisioning = "platform-provisioning"
	SaasProvisioning     = "saas-provisioning"
	ProductAccess        = "product-access"
	Contract             = "contract"
	PartnerTerms         = "partner-terms"
	Documentation        = "documentation"
	SalesMaterial        = "sales-material"
	Security             = "security"
	Abuse                = "abuse"
	OfferManagement      = "offer-management"
	Transaction          = "transaction"
	MarketplaceAccount   = "marketplace-account"
	SupportSplit         = "support-split"
	ContactDetails       = "contact-details"
	Other                = "other"
)

// Topics lists the classes of questions that drive responsibility.
func Topics() []string {
	return []string{Billing, Payment, SubscriptionTopic, Refund, AccountSetup, HowTo, BreakFix, Outage,
		ProductSLA, PlatformSLACredit, PlatformProvisioning, SaasProvisioning, ProductAccess, Contract,
		PartnerTerms, Documentation, SalesMaterial, Security, Abuse, OfferManagement, Transaction,
		MarketplaceAccount, SupportSplit, ContactDetails, Other}
}

// Severities lists the effects on the customer's business, most severe first.
func Severities() []string { return []string{"critical", "moderate", "minimal", "none"} }

// Offer kinds; every kind but saas is platform-based and usage-based.
const (
	Saas               = "saas"
	VirtualMachine     = "virtual-machine"
	AzureApplication   = "azure-application"
	ManagedApplication = "managed-application"
	Container          = "container"
)

// OfferKinds lists the kinds of offers.
func OfferKinds() []string {
	return []string{Saas, VirtualMachine, AzureApplication, ManagedApplication, Container}
}

// Contact roles.
const (
	ContactSupport     = "support"
	ContactEngineering = "engineering"
	ContactProgram     = "csp-program"
	ContactEscalation  = "escalation"
)

// ContactRoles lists the roles of an offer's contact points.
func ContactRoles() []string {
	return []string{ContactSupport, ContactEngineering, ContactProgram, ContactEscalation}
}

// Link kinds.
const (
	LinkDocumentation = "user-documentation"
	LinkTraining      = "training"
	LinkCollateral    = "sales-collateral"
	LinkMarketing     = "csp-marketing"
	LinkStatus        = "status-page"
	LinkTerms         = "terms"
	LinkPrivacy       = "privacy"
)

// LinkKinds lists the kinds of an offer's links.
func LinkKinds() []string {
	return []string{LinkDocumentation, LinkTraining, LinkCollateral, LinkMarketing, LinkStatus, LinkTerms, LinkPrivacy}
}

// Agreement kinds.
const (
	CustomerAgreement = "customer-agreement"
	OperatorTerms     = "operator-terms"
	PartnerTermsKind  = "partner-terms"
	SupportSplitKind  = "support-split"
)

// AgreementKinds lists the kinds of agreements.
func AgreementKinds() []string {
	return []string{CustomerAgreement, OperatorTerms, PartnerTermsKind, SupportSplitKind}
}

// Outcomes of a decision (spec 1 section 3.6).
const (
	Decided    = "decided"
	Unclear    = "unclear"
	NotAgreed  = "not-agreed"
	OutOfScope = "out-of-scope"
)

// Languages lists the languages of the product.
func Languages() []string { return []string{"en", "ja", "zh-TW"} }
