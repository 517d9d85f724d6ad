-- Whose turn it is leads the index: it holds what is with a company, what is with
-- others, and with both of them every live case. The other two lists are a column
-- each, so that no engine takes a wider index for them.
DROP INDEX case_inbox_us;
DROP INDEX case_inbox_live;
DROP INDEX case_inbox_handed;
DROP INDEX case_inbox_closing;
CREATE INDEX case_inbox_turn ON case_inbox (company, with_us, due_at, number) WHERE live;
CREATE INDEX case_inbox_handed ON case_inbox (company, due_at, number) WHERE handed;
CREATE INDEX case_inbox_closing ON case_inbox (company, due_at, number) WHERE closing;

-- What is on hold comes behind what only has no deadline. A row is rewritten in its
-- new form with the next event of its case.
UPDATE case_inbox SET due_at = 9223372036854775806 WHERE live AND due_at = 9223372036854775807 AND doc NOT LIKE '%"Paused":true%';
