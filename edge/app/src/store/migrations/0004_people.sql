-- Somebody who signs in: what the issuer says of them. In the account's shard.
CREATE TABLE person (
  tenant_id       TEXT    NOT NULL,
  account_id      TEXT    NOT NULL,
  issuer          TEXT    NOT NULL,
  subject         TEXT    NOT NULL,
  name            TEXT    NOT NULL,
  email           TEXT    NOT NULL,
  locale          TEXT    NOT NULL,
  created_at_ms   INTEGER NOT NULL,
  signed_in_at_ms INTEGER NOT NULL,
  PRIMARY KEY (tenant_id, account_id)
) STRICT, WITHOUT ROWID;

-- A browser in which somebody is signed in, in the account's shard. What the browser holds is not
-- here, only its hashes; the issuer's tokens are sealed.
CREATE TABLE session (
  tenant_id       TEXT    NOT NULL,
  account_id      TEXT    NOT NULL,
  id              TEXT    NOT NULL,
  session_hash    BLOB    NOT NULL CHECK (length(session_hash) = 32),
  generation      INTEGER NOT NULL DEFAULT 1,
  current_hash    BLOB    NOT NULL CHECK (length(current_hash) = 32),
  previous_hash   BLOB    CHECK (length(previous_hash) = 32),
  rotated_at_ms   INTEGER NOT NULL,
  confirmed_at_ms INTEGER,
  device          TEXT    NOT NULL,
  roles           TEXT    NOT NULL,
  tokens          TEXT,
  access_until_ms INTEGER NOT NULL,
  lease_until_ms  INTEGER,
  attempts        INTEGER NOT NULL DEFAULT 0,
  created_at_ms   INTEGER NOT NULL,
  seen_at_ms      INTEGER NOT NULL,
  ended_at_ms     INTEGER,
  ended_by        TEXT    CHECK (ended_by IN ('logout', 'revoked', 'reuse', 'issuer')),
  PRIMARY KEY (tenant_id, account_id, id),
  UNIQUE (tenant_id, account_id, session_hash),
  CHECK ((ended_at_ms IS NULL) = (ended_by IS NULL))
) STRICT, WITHOUT ROWID;

-- When a key was used last, to within some minutes.
ALTER TABLE api_key ADD COLUMN used_at_ms INTEGER;

CREATE INDEX api_key_by_account ON api_key (tenant_id, account_id);

-- What administrators have done, in the tenant's shard. Rows are added and never changed.
CREATE TABLE audit (
  tenant_id     TEXT    NOT NULL,
  id            TEXT    NOT NULL,
  actor         TEXT    NOT NULL,
  action        TEXT    NOT NULL,
  subject       TEXT    NOT NULL,
  request_id    TEXT    NOT NULL,
  created_at_ms INTEGER NOT NULL,
  PRIMARY KEY (tenant_id, id)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER audit_is_never_changed BEFORE UPDATE ON audit BEGIN
  SELECT raise(ABORT, 'constraint: audit_is_append_only');
END;

CREATE TRIGGER audit_is_never_deleted BEFORE DELETE ON audit BEGIN
  SELECT raise(ABORT, 'constraint: audit_is_append_only');
END;
