-- Whether the issuer has seen that the person reads mail at the address.
ALTER TABLE person ADD COLUMN email_verified INTEGER NOT NULL DEFAULT 0 CHECK (email_verified IN (0, 1));

-- What somebody is by invitation, beside what the issuer says. In the account's shard.
CREATE TABLE membership (
  tenant_id     TEXT    NOT NULL,
  account_id    TEXT    NOT NULL,
  role          TEXT    NOT NULL,
  invite_id     TEXT    NOT NULL,
  created_at_ms INTEGER NOT NULL,
  PRIMARY KEY (tenant_id, account_id, role)
) STRICT, WITHOUT ROWID;

-- The invitations that were accepted, and by whom. In the tenant's shard: one is accepted once.
CREATE TABLE invite_use (
  tenant_id     TEXT    NOT NULL,
  id            TEXT    NOT NULL,
  account_id    TEXT    NOT NULL,
  created_at_ms INTEGER NOT NULL,
  PRIMARY KEY (tenant_id, id)
) STRICT, WITHOUT ROWID;
