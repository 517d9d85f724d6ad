-- What is in the feeds of a case is held against its events: the lines of a case
-- are found by its number, and it says until which of its events nothing was told
-- to any feed. 0 is the rule; what an earlier program has filled in, and has not
-- moved since, is in no feed and does not wait for one.
CREATE INDEX feed_number ON feed (number);
ALTER TABLE cases ADD COLUMN untold BIGINT NOT NULL DEFAULT 0;
UPDATE cases SET untold = seq WHERE NOT EXISTS (SELECT 1 FROM feed f WHERE f.number = cases.number) AND NOT EXISTS (SELECT 1 FROM outbox o WHERE o.number = cases.number);
