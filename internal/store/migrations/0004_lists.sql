-- exclusive says that an offer is held for its audience: without one it is not.
UPDATE offers SET exclusive = FALSE WHERE exclusive AND NOT EXISTS (SELECT 1 FROM offer_audience a WHERE a.offers_id = offers.id);

-- A page of the companies one sees goes from one publisher of an open offer to
-- the next; what is open to whom is the condition of its index.
CREATE INDEX offers_open_publisher ON offers (publisher) WHERE status NOT IN ('draft', 'preview');
CREATE INDEX offers_open_to_partners_publisher ON offers (publisher) WHERE status NOT IN ('draft', 'preview') AND channel NOT IN ('none', 'terminated', 'some') AND NOT exclusive;
CREATE INDEX relations_provider_reseller ON relations (provider, reseller);
CREATE INDEX relations_reseller_provider ON relations (reseller, provider);
