-- A change of a published contact point waits for a day: doc holds the point as
-- it was, until_at says from when on the offer's own counts. It stands beside
-- the offer, so that an export is what was written.
CREATE TABLE contact_hold (
    offer TEXT COLLATE "C" NOT NULL,
    contact TEXT COLLATE "C" NOT NULL,
    until_at BIGINT NOT NULL,
    doc TEXT NOT NULL,
    PRIMARY KEY (offer, contact)
) /* child */;
