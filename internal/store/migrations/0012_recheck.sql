-- A company whose hours or promises have changed: the clocks of its live cases
-- are to be counted anew. after is how far its cases have been marked. The
-- company "*" is everybody.
CREATE TABLE recheck (
    company TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    after TEXT COLLATE "C" NOT NULL
) /* child */;

-- What is stuck is asked for by its id.
DROP INDEX stuck_again;
