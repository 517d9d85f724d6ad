-- The rows of a case lie together, and those of a new case behind all others: its
-- serial leads their keys, as it does in the search index. By the case's number,
-- which is drawn, every row came to lie on a page of its own.
-- id is the serial and the event's seq.
CREATE TABLE case_event_new (
    id BIGINT NOT NULL PRIMARY KEY,
    readers BIGINT NOT NULL,
    salt BYTEA NOT NULL,
    bytes BYTEA NOT NULL,
    sealed TEXT NOT NULL,
    head BYTEA NOT NULL
);
INSERT INTO case_event_new (id, readers, salt, bytes, sealed, head)
SELECT c.serial * 16777216 + e.seq, e.readers, e.salt, e.bytes, e.sealed, e.head FROM case_event e JOIN cases c ON c.number = e.number ORDER BY 1;
DROP TABLE case_event;
ALTER TABLE case_event_new RENAME TO case_event;

-- id is the serial and which party of the case the company is.
CREATE TABLE case_list (
    id BIGINT NOT NULL PRIMARY KEY,
    company TEXT COLLATE "C" NOT NULL,
    number TEXT COLLATE "C" NOT NULL,
    live BOOLEAN NOT NULL,
    with_us BOOLEAN NOT NULL,
    handed BOOLEAN NOT NULL,
    closing BOOLEAN NOT NULL,
    due_at BIGINT NOT NULL,
    opened_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    doc TEXT NOT NULL
);
INSERT INTO case_list (id, company, number, live, with_us, handed, closing, due_at, opened_at, updated_at, doc)
SELECT c.serial * 64 + p.place - 1, i.company, i.number, i.live, i.with_us, i.handed, i.closing, i.due_at, i.opened_at, i.updated_at, i.doc
FROM cases c CROSS JOIN LATERAL jsonb_array_elements(c.doc::jsonb -> 'parties') WITH ORDINALITY AS p(party, place)
JOIN case_inbox i ON i.number = c.number AND i.company = p.party ->> 'company' ORDER BY 1;
DROP TABLE case_inbox;
ALTER TABLE case_list RENAME TO case_inbox;
CREATE INDEX case_inbox_turn ON case_inbox (company, with_us, due_at, number) WHERE live;
CREATE INDEX case_inbox_handed ON case_inbox (company, due_at, number) WHERE handed;
CREATE INDEX case_inbox_closing ON case_inbox (company, due_at, number) WHERE closing;
CREATE INDEX case_inbox_done ON case_inbox (company, updated_at, number) WHERE NOT live;
CREATE INDEX case_inbox_opened ON case_inbox (company, opened_at, number);
CREATE INDEX case_inbox_updated ON case_inbox (company, updated_at, number);
