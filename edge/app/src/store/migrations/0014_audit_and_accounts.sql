-- Each entry of the audit log carries the hash of the one before. What was written before there were
-- hashes keeps none, and the chain begins after it.
ALTER TABLE audit ADD COLUMN seq INTEGER CHECK (seq > 0);

ALTER TABLE audit ADD COLUMN prev_hash BLOB CHECK (length(prev_hash) = 32);

ALTER TABLE audit ADD COLUMN hash BLOB CHECK (length(hash) = 32);

CREATE UNIQUE INDEX audit_by_seq ON audit (tenant_id, seq) WHERE seq IS NOT NULL;

CREATE INDEX audit_unchained ON audit (tenant_id) WHERE seq IS NULL;

-- An entry follows the newest one or is refused: of two that were made for the same place, the second
-- finds it taken.
CREATE TRIGGER audit_follows BEFORE INSERT ON audit
WHEN NEW.hash IS NULL
  OR NEW.seq IS NOT 1 + coalesce((
    SELECT seq FROM audit WHERE tenant_id = NEW.tenant_id AND seq IS NOT NULL ORDER BY seq DESC LIMIT 1
  ), 0)
  OR NEW.prev_hash IS NOT coalesce((
    SELECT hash FROM audit WHERE tenant_id = NEW.tenant_id AND seq IS NOT NULL ORDER BY seq DESC LIMIT 1
  ), zeroblob(32))
BEGIN
  SELECT raise(ABORT, 'constraint: audit_follows');
END;

-- What Stripe says of the account that a tenant is paid by. What it can do is NULL until Stripe was
-- asked, at `told_at_ms`; that it could charge once is never forgotten.
CREATE TABLE connected_account (
  tenant_id       TEXT    NOT NULL,
  id              TEXT    NOT NULL,
  charges_enabled INTEGER CHECK (charges_enabled IN (0, 1)),
  payouts_enabled INTEGER CHECK (payouts_enabled IN (0, 1)),
  requirements    TEXT    NOT NULL CHECK (json_valid(requirements)),
  disabled_reason TEXT,
  could_charge    INTEGER NOT NULL CHECK (could_charge IN (0, 1)),
  told_at_ms      INTEGER NOT NULL,
  event_at_ms     INTEGER NOT NULL,
  event_id        TEXT    NOT NULL,
  changed_at_ms   INTEGER NOT NULL,
  PRIMARY KEY (tenant_id, id),
  CONSTRAINT account_is_told CHECK (
    (charges_enabled IS NULL) = (told_at_ms = 0) AND (payouts_enabled IS NULL) = (told_at_ms = 0)),
  CONSTRAINT account_could_what_it_can CHECK (could_charge >= coalesce(charges_enabled, 0))
) STRICT, WITHOUT ROWID;

CREATE TRIGGER connected_account_only_learns BEFORE UPDATE ON connected_account
WHEN NEW.told_at_ms < OLD.told_at_ms OR NEW.could_charge < OLD.could_charge
BEGIN
  SELECT raise(ABORT, 'constraint: account_only_learns');
END;

-- An account that could charge and cannot raises its alert, whichever of the two was heard first. It
-- is one alert for an account: when it happens again, that moves up.
CREATE TRIGGER connected_account_alerts AFTER UPDATE ON connected_account
WHEN NEW.charges_enabled = 0 AND NEW.could_charge = 1
  AND NOT (OLD.charges_enabled IS 0 AND OLD.could_charge = 1)
BEGIN
  INSERT INTO alert (tenant_id, kind, subject, details, created_at_ms)
    VALUES (NEW.tenant_id, 'account_restricted', NEW.id,
      json_object('requirements', json(NEW.requirements), 'disabled_reason', NEW.disabled_reason),
      NEW.changed_at_ms)
    ON CONFLICT (tenant_id, kind, subject) DO UPDATE SET
      details = excluded.details, created_at_ms = max(created_at_ms, excluded.created_at_ms);
END;
