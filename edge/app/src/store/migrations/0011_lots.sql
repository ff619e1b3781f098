-- Tokens that were bought have a history of their own: when they end, how many are left, and what
-- was taken back. In the account's shard.

DROP TRIGGER transfer_moves_balances;

-- The same table with two more books: what ended unused, and what a customer owes.
CREATE TABLE ledger_account_wider (
  tenant_id       TEXT    NOT NULL,
  account_id      TEXT    NOT NULL,
  asset           TEXT    NOT NULL CHECK (asset IN ('tokens')),
  book            TEXT    NOT NULL CHECK (book IN ('wallet', 'issued', 'used', 'expired', 'receivable')),
  debits_posted   INTEGER NOT NULL DEFAULT 0 CHECK (debits_posted BETWEEN 0 AND 9007199254740991),
  credits_posted  INTEGER NOT NULL DEFAULT 0 CHECK (credits_posted BETWEEN 0 AND 9007199254740991),
  debits_pending  INTEGER NOT NULL DEFAULT 0 CHECK (debits_pending BETWEEN 0 AND 9007199254740991),
  credits_pending INTEGER NOT NULL DEFAULT 0 CHECK (credits_pending BETWEEN 0 AND 9007199254740991),
  PRIMARY KEY (tenant_id, account_id, asset, book),
  CONSTRAINT no_overdraft CHECK (book <> 'wallet' OR debits_posted + debits_pending <= credits_posted),
  CONSTRAINT nothing_owed_below_zero CHECK (book <> 'receivable' OR credits_posted <= debits_posted)
) STRICT, WITHOUT ROWID;

INSERT INTO ledger_account_wider SELECT * FROM ledger_account;

DROP TABLE ledger_account;

ALTER TABLE ledger_account_wider RENAME TO ledger_account;

-- Tokens that came into the wallet together. Those of a plan (`rank` 0) are spent before all others,
-- and of equals those that end first. `source_id` is the transfer's, up to the `#` behind which the
-- version of a message stands. A lot has the id of the transfer that made it.
CREATE TABLE token_lot (
  tenant_id     TEXT    NOT NULL,
  account_id    TEXT    NOT NULL,
  id            TEXT    NOT NULL,
  rank          INTEGER NOT NULL,
  left_tokens   INTEGER NOT NULL CHECK (left_tokens >= 0),
  expires_at_ms INTEGER,
  source        TEXT    NOT NULL,
  source_id     TEXT    NOT NULL,
  PRIMARY KEY (tenant_id, account_id, id)
) STRICT, WITHOUT ROWID;

CREATE INDEX token_lot_by_expiry ON token_lot (tenant_id, account_id, expires_at_ms) WHERE left_tokens > 0;

-- What was there before has no end.
INSERT INTO token_lot (tenant_id, account_id, id, rank, left_tokens, source, source_id)
SELECT tenant_id, account_id, 'before', 1, credits_posted - debits_posted, 'before', ''
FROM ledger_account WHERE book = 'wallet' AND asset = 'tokens' AND credits_posted > debits_posted;

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

CREATE TRIGGER transfer_makes_a_lot AFTER INSERT ON transfer
  WHEN NEW.credit = 'wallet' AND NEW.kind IN ('post', 'settle') BEGIN
  INSERT INTO token_lot (tenant_id, account_id, id, rank, left_tokens, source, source_id)
    VALUES (NEW.tenant_id, NEW.account_id, NEW.id, 1, NEW.amount, NEW.source,
      substr(NEW.source_id, 1, instr(NEW.source_id || '#', '#') - 1));
END;

-- What leaves the wallet leaves its lots: first those that are taken back or end, then by rank and end.
CREATE TRIGGER transfer_takes_from_lots AFTER INSERT ON transfer
  WHEN NEW.debit = 'wallet' AND NEW.kind IN ('post', 'settle') BEGIN
  UPDATE token_lot SET left_tokens = left_tokens - taking.share
    FROM (
      SELECT id, min(left_tokens, max(0, NEW.amount - coalesce(sum(left_tokens) OVER (
        ORDER BY NOT (NEW.source IN ('take_back', 'expiry')
            AND substr(NEW.source_id, 1, instr(NEW.source_id || '#', '#') - 1) IN (id, source_id)),
          rank, coalesce(expires_at_ms, 9007199254740991), id
        ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0))) AS share
      FROM token_lot INDEXED BY token_lot_by_expiry
      WHERE tenant_id = NEW.tenant_id AND account_id = NEW.account_id AND left_tokens > 0
    ) AS taking
    WHERE token_lot.tenant_id = NEW.tenant_id AND token_lot.account_id = NEW.account_id
      AND token_lot.id = taking.id AND taking.share > 0;
END;

-- How far a purchase's tokens have been given and taken back. `version` is that of the message that
-- said so: the same message changes nothing a second time.
CREATE TABLE token_purchase (
  tenant_id  TEXT    NOT NULL,
  account_id TEXT    NOT NULL,
  key        TEXT    NOT NULL,
  version    INTEGER NOT NULL,
  credited   INTEGER NOT NULL CHECK (credited >= 0),
  taken      INTEGER NOT NULL CHECK (taken >= 0),
  owed       INTEGER NOT NULL CHECK (owed >= 0),
  PRIMARY KEY (tenant_id, account_id, key),
  CONSTRAINT taken_from_credit CHECK (taken + owed <= credited)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER token_purchase_goes_forward BEFORE UPDATE ON token_purchase WHEN NEW.version <= OLD.version BEGIN
  SELECT raise(ABORT, 'constraint: purchase_heard');
END;
