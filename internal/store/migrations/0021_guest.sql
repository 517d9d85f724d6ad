-- A guest reads and answers one case of a company without an account. What the
-- guest's link and browser hold is known here by its SHA-256 alone.
CREATE TABLE guest_link (
    id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    hash BYTEA NOT NULL UNIQUE,
    number TEXT COLLATE "C" NOT NULL,
    company TEXT COLLATE "C" NOT NULL,
    contact TEXT NOT NULL,
    person TEXT COLLATE "C" NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    revoked_at BIGINT NOT NULL
);
CREATE INDEX guest_link_case ON guest_link (number, company);
CREATE INDEX guest_link_expires ON guest_link (expires_at);

CREATE TABLE guest_session (
    hash BYTEA NOT NULL PRIMARY KEY,
    link TEXT COLLATE "C" NOT NULL,
    expires_at BIGINT NOT NULL
) /* child */;
CREATE INDEX guest_session_expires ON guest_session (expires_at);
