-- What is in the feeds of a case is held against its events. The lines of a case
-- are found by its serial, so that new ones lie together at the end of the index:
-- by its number, which is drawn, each would be written to a page of its own. And a
-- case says until which of its events nothing was told to any feed. 0 is the rule;
-- what an earlier program has filled in, and has not moved since, is in no feed and
-- does not wait for one.
ALTER TABLE feed ADD COLUMN serial BIGINT NOT NULL DEFAULT 0;
UPDATE feed SET serial = coalesce((SELECT c.serial FROM cases c WHERE c.number = feed.number), 0);
CREATE INDEX feed_serial ON feed (serial);
ALTER TABLE cases ADD COLUMN untold BIGINT NOT NULL DEFAULT 0;
UPDATE cases SET untold = seq WHERE NOT EXISTS (SELECT 1 FROM feed f WHERE f.serial = cases.serial) AND NOT EXISTS (SELECT 1 FROM outbox o WHERE o.number = cases.number);
