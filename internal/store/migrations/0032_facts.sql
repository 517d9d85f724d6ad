-- What reports count, a row for each company that knows of it: stretches of time
-- (who owned a case, whose turn it was), handoffs that came back, questions, first
-- responses, clocks that were missed. Written with the case's events, and nothing
-- but a reading of them. id is the case's serial, a part of it for each kind, a
-- place among these and the company's bit.
-- A stretch that goes on has kind 'open'; one that is over a kind by its length,
-- so that those that touch a week lie in a few short pieces of the index, however
-- old the week is.
CREATE TABLE case_fact (
    id BIGINT NOT NULL PRIMARY KEY,
    company TEXT COLLATE "C" NOT NULL,
    number TEXT COLLATE "C" NOT NULL,
    kind TEXT COLLATE "C" NOT NULL,
    since BIGINT NOT NULL,
    till BIGINT NOT NULL,
    who TEXT COLLATE "C" NOT NULL,
    whom TEXT COLLATE "C" NOT NULL,
    what TEXT COLLATE "C" NOT NULL,
    took BIGINT NOT NULL
);
CREATE INDEX case_fact_when ON case_fact (company, kind, till, since);

-- Cases from before there were reports are read from their events, one after the
-- other, by a job of its own; a row stands for each that is still to be read.
CREATE TABLE fact_due (
    number TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (number)
) /* child */;
INSERT INTO fact_due (number) SELECT number FROM cases;
