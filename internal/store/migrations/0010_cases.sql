-- A case is one row with its projection as JSON; everything below it is keyed by
-- the case. seq is the optimistic version; relayed is how far its events have
-- gone out to the companies' feeds; due_at is when something falls due by itself.
CREATE TABLE cases (
    serial BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY, -- its place in the search index; nobody outside ever sees it
    number TEXT COLLATE "C" NOT NULL UNIQUE,
    seq BIGINT NOT NULL,
    relayed BIGINT NOT NULL,
    due_at BIGINT NOT NULL,
    doc TEXT NOT NULL
);
CREATE INDEX cases_due ON cases (due_at, number) WHERE due_at <> 0;
-- The event rows are the outbox: what has not been relayed is what is due.
CREATE INDEX cases_unrelayed ON cases (number) WHERE relayed < seq;

-- bytes are what is hashed, the same for every reader; sealed has the values
-- that stand in them as digests; head ends the chain over all events.
CREATE TABLE case_event (
    number TEXT COLLATE "C" NOT NULL,
    seq BIGINT NOT NULL,
    readers BIGINT NOT NULL,
    salt BYTEA NOT NULL,
    bytes BYTEA NOT NULL,
    sealed TEXT NOT NULL,
    head BYTEA NOT NULL,
    PRIMARY KEY (number, seq)
) /* child */;

-- What one company's lists need to know of a case; doc is the row that the view
-- grammar looks at. Each default view has an index in its own order, so that a
-- page of it costs the same however many cases there are.
CREATE TABLE case_inbox (
    company TEXT COLLATE "C" NOT NULL,
    number TEXT COLLATE "C" NOT NULL,
    live BOOLEAN NOT NULL,
    with_us BOOLEAN NOT NULL,
    handed BOOLEAN NOT NULL,
    closing BOOLEAN NOT NULL,
    due_at BIGINT NOT NULL,
    opened_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    doc TEXT NOT NULL,
    PRIMARY KEY (company, number)
) /* child */;
CREATE INDEX case_inbox_us ON case_inbox (company, due_at, number) WHERE live AND with_us;
CREATE INDEX case_inbox_handed ON case_inbox (company, due_at, number) WHERE live AND handed;
CREATE INDEX case_inbox_closing ON case_inbox (company, due_at, number) WHERE live AND closing;
CREATE INDEX case_inbox_live ON case_inbox (company, due_at, number) WHERE live;
CREATE INDEX case_inbox_done ON case_inbox (company, updated_at, number) WHERE NOT live;
CREATE INDEX case_inbox_opened ON case_inbox (company, opened_at, number);
CREATE INDEX case_inbox_updated ON case_inbox (company, updated_at, number);

-- The words of the cases, analysed by this program: one row for the words of an
-- event that have the same readers. id is the case's serial and a place in it, so
-- that the newest case comes first; who may read them stands in the index itself.
CREATE TABLE case_word (
    id BIGINT NOT NULL PRIMARY KEY,
    words TSVECTOR NOT NULL
) /* words */;
CREATE INDEX case_word_words ON case_word USING GIN (words);

-- Each company's own stream of what it may read, numbered without a gap. Only
-- the relay writes here, so that no position is ever skipped by a reader.
CREATE TABLE feed (
    company TEXT COLLATE "C" NOT NULL,
    position BIGINT NOT NULL,
    number TEXT COLLATE "C" NOT NULL,
    n BIGINT NOT NULL,
    kind TEXT COLLATE "C" NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (company, position)
) /* child */;

-- Work that did not succeed: it is tried again later and delays nothing else;
-- after so many tries it is parked until somebody asks for it.
CREATE TABLE stuck (
    job TEXT COLLATE "C" NOT NULL,
    id TEXT COLLATE "C" NOT NULL,
    tries BIGINT NOT NULL,
    again_at BIGINT NOT NULL,
    parked BOOLEAN NOT NULL,
    error TEXT NOT NULL,
    changed_at BIGINT NOT NULL,
    PRIMARY KEY (job, id)
) /* child */;
CREATE INDEX stuck_again ON stuck (job, again_at, id) WHERE NOT parked;

-- Which node does a job that only one may do; token rises with each holder, and
-- what an earlier one writes late is refused.
CREATE TABLE lease (
    job TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    node TEXT COLLATE "C" NOT NULL,
    token BIGINT NOT NULL,
    until BIGINT NOT NULL
) /* child */;
