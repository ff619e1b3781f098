-- A role that was taken away stays so, whatever invitation it came by: each is remembered by itself.
ALTER TABLE membership RENAME TO membership_once;

CREATE TABLE membership (
  tenant_id     TEXT    NOT NULL,
  account_id    TEXT    NOT NULL,
  role          TEXT    NOT NULL,
  invite_id     TEXT    NOT NULL,
  created_at_ms INTEGER NOT NULL,
  removed_at_ms INTEGER,
  PRIMARY KEY (tenant_id, account_id, role, invite_id)
) STRICT, WITHOUT ROWID;

INSERT INTO membership (tenant_id, account_id, role, invite_id, created_at_ms)
SELECT tenant_id, account_id, role, invite_id, created_at_ms FROM membership_once;

DROP TABLE membership_once;
