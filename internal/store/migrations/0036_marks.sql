-- Marks that one company puts on a case for itself: they are no event, and nobody
-- else hears of them. They stand in the row of that company's lists, where they are
-- read with it; a command of the case leaves labels alone, and wakes up what was
-- snoozed when somebody else has acted. snoozed_by is "=" and the person.
ALTER TABLE case_inbox ADD COLUMN labels TEXT NOT NULL DEFAULT '';
ALTER TABLE case_inbox ADD COLUMN snoozed_until BIGINT NOT NULL DEFAULT 0;
ALTER TABLE case_inbox ADD COLUMN snoozed_by TEXT COLLATE "C" NOT NULL DEFAULT '';
CREATE INDEX case_inbox_snoozed ON case_inbox (company, due_at, number) WHERE snoozed_until <> 0;

-- Which cases have a label, by the folded name: the labels that a company uses are
-- offered to its people, and a label leads to its cases. id is that of the row in
-- the lists.
CREATE TABLE case_label (
    company TEXT COLLATE "C" NOT NULL,
    fold TEXT COLLATE "C" NOT NULL,
    id BIGINT NOT NULL,
    name TEXT NOT NULL,
    PRIMARY KEY (company, fold, id)
) /* child */;

-- What a person has chosen for the pages, by the name of the choice.
CREATE TABLE preference (
    person TEXT COLLATE "C" NOT NULL,
    name TEXT COLLATE "C" NOT NULL,
    value TEXT NOT NULL,
    PRIMARY KEY (person, name)
) /* child */;
