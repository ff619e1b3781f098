-- Every shard has every table. On Spin all shards are one database, so every key begins with the
-- tenant and, where there is one, the account. Statements are parted by empty lines.

-- A tenant, in the directory's shard. The record is the JSON that the edge reads.
CREATE TABLE tenant (
  id            TEXT    NOT NULL PRIMARY KEY,
  handle        TEXT    NOT NULL UNIQUE,
  record        TEXT    NOT NULL,
  created_at_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- A custom domain, in the directory's shard. A host belongs to one tenant.
CREATE TABLE domain (
  host          TEXT    NOT NULL PRIMARY KEY,
  tenant_id     TEXT    NOT NULL,
  created_at_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- An API key, in the tenant's shard. The key itself is not here, only its SHA-256.
CREATE TABLE api_key (
  tenant_id     TEXT    NOT NULL,
  key_hash      BLOB    NOT NULL CHECK (length(key_hash) = 32),
  id            TEXT    NOT NULL,
  account_id    TEXT    NOT NULL,
  name          TEXT    NOT NULL,
  scopes        TEXT    NOT NULL,
  created_at_ms INTEGER NOT NULL,
  revoked_at_ms INTEGER,
  PRIMARY KEY (tenant_id, key_hash),
  UNIQUE (tenant_id, id)
) STRICT, WITHOUT ROWID;

-- How far ahead of the clock a caller has asked: the theoretical arrival time of GCRA.
CREATE TABLE rate (
  tenant_id  TEXT    NOT NULL,
  account_id TEXT    NOT NULL,
  key        TEXT    NOT NULL,
  tat_us     INTEGER NOT NULL,
  now_us     INTEGER NOT NULL,
  burst_us   INTEGER NOT NULL,
  PRIMARY KEY (tenant_id, account_id, key),
  CONSTRAINT rate_limited CHECK (tat_us - now_us <= burst_us)
) STRICT, WITHOUT ROWID;

-- The books of an account, after TigerBeetle. What is owed to the customer is the wallet's credits
-- less its debits; what is held is its pending debits.
CREATE TABLE ledger_account (
  tenant_id       TEXT    NOT NULL,
  account_id      TEXT    NOT NULL,
  asset           TEXT    NOT NULL CHECK (asset IN ('tokens')),
  book            TEXT    NOT NULL CHECK (book IN ('wallet', 'issued', 'used')),
  debits_posted   INTEGER NOT NULL DEFAULT 0 CHECK (debits_posted BETWEEN 0 AND 9007199254740991),
  credits_posted  INTEGER NOT NULL DEFAULT 0 CHECK (credits_posted BETWEEN 0 AND 9007199254740991),
  debits_pending  INTEGER NOT NULL DEFAULT 0 CHECK (debits_pending BETWEEN 0 AND 9007199254740991),
  credits_pending INTEGER NOT NULL DEFAULT 0 CHECK (credits_pending BETWEEN 0 AND 9007199254740991),
  PRIMARY KEY (tenant_id, account_id, asset, book),
  CONSTRAINT no_overdraft CHECK (book <> 'wallet' OR debits_posted + debits_pending <= credits_posted)
) STRICT, WITHOUT ROWID;

-- A transfer between two books. Rows are added and never changed. `source` and `source_id` are the
-- business's name for what happened, so that the same thing cannot happen twice.
CREATE TABLE transfer (
  seq           INTEGER PRIMARY KEY AUTOINCREMENT,
  tenant_id     TEXT    NOT NULL,
  account_id    TEXT    NOT NULL,
  id            TEXT    NOT NULL,
  kind          TEXT    NOT NULL CHECK (kind IN ('post', 'reserve', 'settle', 'void')),
  asset         TEXT    NOT NULL,
  debit         TEXT    NOT NULL,
  credit        TEXT    NOT NULL,
  amount        INTEGER NOT NULL,
  pending_id    TEXT,
  source        TEXT    NOT NULL,
  source_id     TEXT    NOT NULL,
  created_at_ms INTEGER NOT NULL,
  expires_at_ms INTEGER,
  UNIQUE (tenant_id, account_id, id),
  UNIQUE (tenant_id, account_id, pending_id),
  UNIQUE (tenant_id, account_id, source, source_id, asset, kind),
  CONSTRAINT amount_in_range CHECK (amount BETWEEN iif(kind = 'void', 0, 1) AND iif(kind = 'void', 0, 9007199254740991)),
  CONSTRAINT two_books CHECK (debit <> credit),
  CONSTRAINT only_ends_have_a_hold CHECK ((kind IN ('settle', 'void')) = (pending_id IS NOT NULL)),
  CONSTRAINT only_holds_expire CHECK ((kind = 'reserve') = (expires_at_ms IS NOT NULL))
) STRICT;

CREATE INDEX transfer_by_account ON transfer (tenant_id, account_id, seq);

-- The holds that have not ended. Derived from `transfer` by its triggers, so that expired holds are
-- found without going through all that ever were.
CREATE TABLE open_hold (
  tenant_id     TEXT    NOT NULL,
  account_id    TEXT    NOT NULL,
  id            TEXT    NOT NULL,
  expires_at_ms INTEGER NOT NULL,
  PRIMARY KEY (tenant_id, account_id, id)
) STRICT, WITHOUT ROWID;

CREATE INDEX open_hold_by_expiry ON open_hold (tenant_id, account_id, expires_at_ms);

CREATE TRIGGER transfer_ends_an_open_hold BEFORE INSERT ON transfer WHEN NEW.pending_id IS NOT NULL BEGIN
  SELECT raise(ABORT, 'constraint: hold_not_open') WHERE NOT EXISTS (
    SELECT 1 FROM open_hold
    WHERE tenant_id = NEW.tenant_id AND account_id = NEW.account_id AND id = NEW.pending_id);
  SELECT raise(ABORT, 'constraint: hold_exceeded') FROM transfer AS hold
    WHERE hold.tenant_id = NEW.tenant_id AND hold.account_id = NEW.account_id AND hold.id = NEW.pending_id
      AND (NEW.amount > hold.amount OR NEW.asset <> hold.asset OR NEW.debit <> hold.debit OR NEW.credit <> hold.credit);
END;

-- Both sides move in one statement each, so that the constraints see them whole.
CREATE TRIGGER transfer_moves_balances AFTER INSERT ON transfer BEGIN
  INSERT INTO ledger_account (tenant_id, account_id, asset, book)
    VALUES (NEW.tenant_id, NEW.account_id, NEW.asset, NEW.debit), (NEW.tenant_id, NEW.account_id, NEW.asset, NEW.credit)
    ON CONFLICT DO NOTHING;
  UPDATE ledger_account SET
      debits_posted = debits_posted + iif(NEW.kind IN ('post', 'settle'), NEW.amount, 0),
      debits_pending = debits_pending + iif(NEW.kind = 'reserve', NEW.amount, 0) - coalesce((
        SELECT hold.amount FROM transfer AS hold
        WHERE hold.tenant_id = NEW.tenant_id AND hold.account_id = NEW.account_id AND hold.id = NEW.pending_id), 0)
    WHERE tenant_id = NEW.tenant_id AND account_id = NEW.account_id AND asset = NEW.asset AND book = NEW.debit;
  UPDATE ledger_account SET
      credits_posted = credits_posted + iif(NEW.kind IN ('post', 'settle'), NEW.amount, 0),
      credits_pending = credits_pending + iif(NEW.kind = 'reserve', NEW.amount, 0) - coalesce((
        SELECT hold.amount FROM transfer AS hold
        WHERE hold.tenant_id = NEW.tenant_id AND hold.account_id = NEW.account_id AND hold.id = NEW.pending_id), 0)
    WHERE tenant_id = NEW.tenant_id AND account_id = NEW.account_id AND asset = NEW.asset AND book = NEW.credit;
  INSERT INTO open_hold (tenant_id, account_id, id, expires_at_ms)
    SELECT NEW.tenant_id, NEW.account_id, NEW.id, NEW.expires_at_ms WHERE NEW.kind = 'reserve';
  DELETE FROM open_hold
    WHERE tenant_id = NEW.tenant_id AND account_id = NEW.account_id AND id = NEW.pending_id;
END;

CREATE TRIGGER transfer_is_never_changed BEFORE UPDATE ON transfer BEGIN
  SELECT raise(ABORT, 'constraint: transfer_is_append_only');
END;

CREATE TRIGGER transfer_is_never_deleted BEFORE DELETE ON transfer BEGIN
  SELECT raise(ABORT, 'constraint: transfer_is_append_only');
END;
