-- A company that is handed a case and has nobody here gets a guest link to that case
-- for its own side, made by the handoff. Such a link stands and falls with the
-- handoff, and not with the person of another company who sent it. "" = a link that
-- somebody made for a colleague.
ALTER TABLE guest_link ADD COLUMN handoff TEXT COLLATE "C" NOT NULL DEFAULT '';
