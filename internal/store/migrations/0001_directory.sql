-- The directory: one table per noun of the world format. doc is the object as
-- JSON, the columns beside it are only what conditions and references need;
-- '' stands for "not stated", so that no comparison meets NULL.
CREATE TABLE companies (
    id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    kinds TEXT COLLATE "C" NOT NULL,
    operator BOOLEAN NOT NULL,
    search_fold TEXT COLLATE "C" NOT NULL,
    doc TEXT NOT NULL,
    version BIGINT NOT NULL,
    changed_at BIGINT NOT NULL
);
CREATE INDEX companies_operator ON companies (id) WHERE operator;

CREATE TABLE relations (
    id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    provider TEXT COLLATE "C" NOT NULL,
    reseller TEXT COLLATE "C" NOT NULL,
    state TEXT COLLATE "C" NOT NULL,
    doc TEXT NOT NULL,
    version BIGINT NOT NULL,
    changed_at BIGINT NOT NULL
);
CREATE INDEX relations_provider ON relations (provider, id);
CREATE INDEX relations_reseller ON relations (reseller, id);

CREATE TABLE offers (
    id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    publisher TEXT COLLATE "C" NOT NULL,
    agreement TEXT COLLATE "C" NOT NULL,
    kind TEXT COLLATE "C" NOT NULL,
    status TEXT COLLATE "C" NOT NULL,
    channel TEXT COLLATE "C" NOT NULL,
    exclusive BOOLEAN NOT NULL,
    search_fold TEXT COLLATE "C" NOT NULL,
    doc TEXT NOT NULL,
    version BIGINT NOT NULL,
    changed_at BIGINT NOT NULL
);
CREATE INDEX offers_publisher ON offers (publisher, id);
CREATE INDEX offers_agreement ON offers (agreement, id) WHERE agreement <> '';

CREATE TABLE offer_audience (
    offers_id TEXT COLLATE "C" NOT NULL,
    company TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (offers_id, company)
) /* child */;
CREATE INDEX offer_audience_company ON offer_audience (company);

CREATE TABLE agreements (
    id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    kind TEXT COLLATE "C" NOT NULL,
    publisher TEXT COLLATE "C" NOT NULL,
    partner TEXT COLLATE "C" NOT NULL,
    provider TEXT COLLATE "C" NOT NULL,
    reseller TEXT COLLATE "C" NOT NULL,
    customer TEXT COLLATE "C" NOT NULL,
    state TEXT COLLATE "C" NOT NULL,
    search_fold TEXT COLLATE "C" NOT NULL,
    doc TEXT NOT NULL,
    version BIGINT NOT NULL,
    changed_at BIGINT NOT NULL
);
-- Few agreements are the operator's and each decision needs them. There is no
-- index over all kinds: SQLite would prefer it to those of the parties.
CREATE INDEX agreements_operator_terms ON agreements (id) WHERE kind = 'operator-terms';
CREATE INDEX agreements_publisher ON agreements (publisher, id) WHERE publisher <> '';
CREATE INDEX agreements_partner ON agreements (partner, id) WHERE partner <> '';
CREATE INDEX agreements_provider ON agreements (provider, id) WHERE provider <> '';
CREATE INDEX agreements_reseller ON agreements (reseller, id) WHERE reseller <> '';
CREATE INDEX agreements_customer ON agreements (customer, id) WHERE customer <> '';

CREATE TABLE agreement_offer (
    agreements_id TEXT COLLATE "C" NOT NULL,
    offer TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (agreements_id, offer)
) /* child */;
CREATE INDEX agreement_offer_offer ON agreement_offer (offer);

CREATE TABLE subscriptions (
    id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    customer TEXT COLLATE "C" NOT NULL,
    offer TEXT COLLATE "C" NOT NULL,
    seller TEXT COLLATE "C" NOT NULL,
    reseller TEXT COLLATE "C" NOT NULL,
    purchaser TEXT COLLATE "C" NOT NULL,
    replaces TEXT COLLATE "C" NOT NULL,
    designated_support TEXT COLLATE "C" NOT NULL,
    support_partner TEXT COLLATE "C" NOT NULL,
    status TEXT COLLATE "C" NOT NULL,
    hides_provider BOOLEAN NOT NULL,
    search_fold TEXT COLLATE "C" NOT NULL,
    doc TEXT NOT NULL,
    version BIGINT NOT NULL,
    changed_at BIGINT NOT NULL
);
CREATE INDEX subscriptions_customer ON subscriptions (customer, offer);
CREATE INDEX subscriptions_offer ON subscriptions (offer, id);
-- Whether a partner has a part in an offer is asked with each decision.
CREATE INDEX subscriptions_offer_seller ON subscriptions (offer, seller, id) WHERE seller <> '';
CREATE INDEX subscriptions_offer_reseller ON subscriptions (offer, reseller, id) WHERE reseller <> '';
CREATE INDEX subscriptions_seller ON subscriptions (seller, id) WHERE seller <> '';
CREATE INDEX subscriptions_reseller ON subscriptions (reseller, id) WHERE reseller <> '';
-- The purchaser is nearly always the seller; the index holds the exceptions.
CREATE INDEX subscriptions_purchaser ON subscriptions (purchaser, offer, id) WHERE purchaser <> seller;
CREATE INDEX subscriptions_replaces ON subscriptions (replaces) WHERE replaces <> '';
CREATE INDEX subscriptions_designated_support ON subscriptions (designated_support, offer, id) WHERE designated_support <> '';
CREATE INDEX subscriptions_support_partner ON subscriptions (support_partner, offer, id) WHERE support_partner <> '';

CREATE TABLE people (
    id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    company TEXT COLLATE "C" NOT NULL,
    email_fold TEXT COLLATE "C" NOT NULL,
    search_fold TEXT COLLATE "C" NOT NULL,
    doc TEXT NOT NULL,
    version BIGINT NOT NULL,
    changed_at BIGINT NOT NULL
);
CREATE INDEX people_company ON people (company, id);
CREATE INDEX people_email ON people (email_fold) WHERE email_fold <> '';

CREATE TABLE intake_forms (
    id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    company TEXT COLLATE "C" NOT NULL,
    topic TEXT COLLATE "C" NOT NULL,
    doc TEXT NOT NULL,
    version BIGINT NOT NULL,
    changed_at BIGINT NOT NULL
);
CREATE INDEX intake_forms_company ON intake_forms (company, topic);

CREATE TABLE policies (
    id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    kind TEXT COLLATE "C" NOT NULL,
    term TEXT COLLATE "C" NOT NULL,
    doc TEXT NOT NULL,
    version BIGINT NOT NULL,
    changed_at BIGINT NOT NULL
);
CREATE INDEX policies_kind ON policies (kind);

-- Raised by every change of companies, relations, offers, agreements and
-- policies, so that nodes know when what they have read is out of date.
CREATE TABLE directory_state (
    id BIGINT NOT NULL PRIMARY KEY CHECK (id = 1),
    generation BIGINT NOT NULL
);
INSERT INTO directory_state (id, generation) VALUES (1, 1);
