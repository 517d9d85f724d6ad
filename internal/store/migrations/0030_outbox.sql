-- What a command adds to the feeds of the companies is written down with it, and
-- leaves with the transaction that takes it into the feeds: the relay looks at a
-- small table instead of at cases, and no case is written for it a second time.
-- since and seq are the events before and with the command; without entries they
-- are to be read from the events.
CREATE TABLE outbox (
    number TEXT COLLATE "C" NOT NULL,
    seq BIGINT NOT NULL,
    since BIGINT NOT NULL,
    entries TEXT NOT NULL,
    PRIMARY KEY (number, seq)
) /* child */;
INSERT INTO outbox (number, seq, since, entries) SELECT number, seq, relayed, '' FROM cases WHERE relayed < seq;
DROP INDEX cases_unrelayed;
ALTER TABLE cases DROP COLUMN relayed;
