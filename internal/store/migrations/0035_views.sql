-- A view is a query with a name: of the person who made it, or, shared, of the
-- whole company. A shared one outlives its maker; person is then empty. place
-- orders the views of one list: a person's own, the company's shared ones.
CREATE TABLE saved_view (
    company TEXT COLLATE "C" NOT NULL,
    id TEXT COLLATE "C" NOT NULL,
    person TEXT COLLATE "C" NOT NULL,
    shared BOOLEAN NOT NULL,
    place BIGINT NOT NULL,
    version BIGINT NOT NULL,
    changed_at BIGINT NOT NULL,
    name TEXT NOT NULL,
    query TEXT NOT NULL,
    PRIMARY KEY (company, id)
) /* child */;
CREATE INDEX saved_view_person ON saved_view (person);
-- What a company often writes: for whom, what is to happen then, and the words by
-- language as JSON.
CREATE TABLE macro (
    company TEXT COLLATE "C" NOT NULL,
    id TEXT COLLATE "C" NOT NULL,
    audience TEXT COLLATE "C" NOT NULL,
    afterwards TEXT COLLATE "C" NOT NULL,
    version BIGINT NOT NULL,
    changed_at BIGINT NOT NULL,
    name TEXT NOT NULL,
    words TEXT NOT NULL,
    PRIMARY KEY (company, id)
) /* child */;
