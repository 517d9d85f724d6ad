-- Who may come in: sessions, tokens, sign-in links and invitations are one
-- thing, known by the SHA-256 of a secret that is not kept.
CREATE TABLE credential (
    id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    hash BYTEA NOT NULL UNIQUE,
    kind TEXT COLLATE "C" NOT NULL CHECK (kind IN ('session', 'token', 'link', 'invite')),
    company TEXT COLLATE "C" NOT NULL,
    person TEXT COLLATE "C" NOT NULL,
    scopes TEXT COLLATE "C" NOT NULL,
    label TEXT NOT NULL,
    epoch BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    used_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    revoked_at BIGINT NOT NULL
);
CREATE INDEX credential_person ON credential (person, kind);
CREATE INDEX credential_company ON credential (company, kind);
CREATE INDEX credential_expires ON credential (expires_at);

-- A person's password and epoch. A credential of an older epoch opens nothing.
CREATE TABLE person_secret (
    person TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    password TEXT NOT NULL,
    epoch BIGINT NOT NULL,
    changed_at BIGINT NOT NULL
);

CREATE TABLE signin_attempt (
    key TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    count BIGINT NOT NULL,
    since BIGINT NOT NULL
);
CREATE INDEX signin_attempt_since ON signin_attempt (since);

CREATE TABLE idempotency (
    caller TEXT COLLATE "C" NOT NULL,
    route TEXT COLLATE "C" NOT NULL,
    key TEXT COLLATE "C" NOT NULL,
    body_hash BYTEA NOT NULL,
    kind TEXT COLLATE "C" NOT NULL,
    id TEXT COLLATE "C" NOT NULL,
    version BIGINT NOT NULL,
    status BIGINT NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (caller, route, key)
) /* child */;
CREATE INDEX idempotency_at ON idempotency (at);

CREATE TABLE audit (
    seq BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at BIGINT NOT NULL,
    company TEXT COLLATE "C" NOT NULL,
    person TEXT COLLATE "C" NOT NULL,
    via TEXT COLLATE "C" NOT NULL,
    act TEXT COLLATE "C" NOT NULL,
    noun TEXT COLLATE "C" NOT NULL,
    id TEXT COLLATE "C" NOT NULL,
    before BYTEA NOT NULL,
    after BYTEA NOT NULL
);
CREATE INDEX audit_company ON audit (company, seq);
CREATE INDEX audit_object ON audit (noun, id, seq);

CREATE TABLE rules (
    version BIGINT NOT NULL PRIMARY KEY,
    doc TEXT NOT NULL,
    author TEXT NOT NULL,
    date TEXT COLLATE "C" NOT NULL,
    state TEXT COLLATE "C" NOT NULL CHECK (state IN ('draft', 'published')),
    changed_at BIGINT NOT NULL
);

CREATE TABLE setting (
    key TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    value TEXT NOT NULL,
    changed_at BIGINT NOT NULL
);
