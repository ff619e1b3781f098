-- How much of a lot ended unused: whoever is paid back for tokens that have ended owes none of those.
ALTER TABLE token_lot ADD COLUMN ended_tokens INTEGER NOT NULL DEFAULT 0 CHECK (ended_tokens >= 0);

CREATE INDEX token_lot_by_source ON token_lot (tenant_id, account_id, source_id);

CREATE TRIGGER transfer_ends_a_lot AFTER INSERT ON transfer WHEN NEW.source = 'expiry' AND NEW.kind = 'post' BEGIN
  UPDATE token_lot SET ended_tokens = ended_tokens + NEW.amount
    WHERE tenant_id = NEW.tenant_id AND account_id = NEW.account_id
      AND id = substr(NEW.source_id, 1, instr(NEW.source_id || '#', '#') - 1);
END;
