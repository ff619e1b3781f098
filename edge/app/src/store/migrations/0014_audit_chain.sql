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
