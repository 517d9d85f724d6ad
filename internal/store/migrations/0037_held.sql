-- What a person has pressed at the desk and can still take back: a command that
-- waits on the server until its instant, and moves no case before. bundle are those
-- that were pressed together; seen is the version of the case that the writer had
-- read.
CREATE TABLE held (
    id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    bundle TEXT COLLATE "C" NOT NULL,
    company TEXT COLLATE "C" NOT NULL,
    person TEXT COLLATE "C" NOT NULL,
    number TEXT COLLATE "C" NOT NULL,
    verb TEXT COLLATE "C" NOT NULL,
    request TEXT NOT NULL,
    seen BIGINT NOT NULL,
    not_before BIGINT NOT NULL,
    created_at BIGINT NOT NULL
) /* child */;
CREATE INDEX held_due ON held (not_before);
CREATE INDEX held_case ON held (company, number);
CREATE INDEX held_person ON held (person);

-- What comes back of it is a draft: form is the command as it was pressed, stopped
-- the one sentence that says why it could not go out; "" = its writer took it back.
ALTER TABLE draft ADD COLUMN form TEXT NOT NULL DEFAULT '';
ALTER TABLE draft ADD COLUMN stopped TEXT NOT NULL DEFAULT '';
