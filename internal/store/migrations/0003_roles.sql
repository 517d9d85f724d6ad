-- An import compares roles as sets, to end the credentials of those whose roles
-- it changes. Of a row written before this version they are not known: '?' is
-- no role and differs from every list of them.
ALTER TABLE people ADD COLUMN roles TEXT COLLATE "C" NOT NULL DEFAULT '?';
