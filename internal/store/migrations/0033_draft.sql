-- What a person has typed on a case and not sent yet: for whom it is meant, and
-- what its writer had read. It belongs to that person alone. answers is the
-- company's own number of the message that is answered; 0 = none.
CREATE TABLE draft (
    company TEXT COLLATE "C" NOT NULL,
    person TEXT COLLATE "C" NOT NULL,
    number TEXT COLLATE "C" NOT NULL,
    audience TEXT COLLATE "C" NOT NULL,
    answers BIGINT NOT NULL,
    seen BIGINT NOT NULL,
    kept_at BIGINT NOT NULL,
    words TEXT NOT NULL,
    PRIMARY KEY (company, person, number, audience, answers)
) /* child */;
CREATE INDEX draft_person ON draft (person);
