-- More of a plan is paid for from the moment on which it is wanted, and so is more capacity only for the
-- rest of a window. Less is less from the next window on: nothing is paid back.

DROP TRIGGER subscription_sets_capacity;

-- How many there were of a plan when its period began, and when there came to be more.
CREATE TABLE subscription_raise (
  tenant_id       TEXT    NOT NULL,
  subscription_id TEXT    NOT NULL,
  base_quantity   INTEGER NOT NULL CHECK (base_quantity >= 0),
  raised_at_ms    INTEGER NOT NULL,
  PRIMARY KEY (tenant_id, subscription_id)
) STRICT, WITHOUT ROWID;

-- Until when a change of the quantity is under way: one at a time, or two could undo each other's payment.
ALTER TABLE subscription ADD COLUMN changing_until_ms INTEGER NOT NULL DEFAULT 0;

-- Of windows that are there, and, by the table, of those that are opened later. A million is a whole.
CREATE TRIGGER subscription_raises_capacity AFTER UPDATE OF quantity ON subscription
  WHEN NEW.quantity > OLD.quantity BEGIN
  INSERT INTO subscription_raise (tenant_id, subscription_id, base_quantity, raised_at_ms)
    VALUES (NEW.tenant_id, NEW.id, OLD.quantity, NEW.told_at_ms)
    ON CONFLICT (tenant_id, subscription_id) DO UPDATE SET
      base_quantity = iif(raised_at_ms >= NEW.period_start_ms,
        min(base_quantity, excluded.base_quantity), excluded.base_quantity),
      raised_at_ms = excluded.raised_at_ms;
  UPDATE usage_window SET changed_at_ms = max(changed_at_ms, NEW.told_at_ms),
      -- No more than all of them bring: what came to be less in between is not added again.
      capacity = (
        SELECT max(usage_window.capacity, min(whole,
          usage_window.capacity + more / 1000000 * share + more % 1000000 * share / 1000000)) FROM (
          SELECT min(item.capacity * NEW.quantity, 9007199254740991) AS whole,
            min(item.capacity * (NEW.quantity - OLD.quantity), 9007199254740991) AS more,
            (end_ms - max(start_ms, NEW.told_at_ms)) * 1000000 / (end_ms - start_ms) AS share
          FROM order_item AS item
          WHERE item.tenant_id = NEW.tenant_id AND item.order_id = NEW.order_id AND item.meter = usage_window.meter
          ORDER BY item.n LIMIT 1))
    WHERE tenant_id = NEW.tenant_id AND subscription_id = NEW.id AND end_ms > NEW.told_at_ms
      AND EXISTS (
        SELECT 1 FROM order_item AS item
        WHERE item.tenant_id = NEW.tenant_id AND item.order_id = NEW.order_id AND item.meter = usage_window.meter);
END;

-- What of a purchase was paid back and had ended unused before.
ALTER TABLE token_purchase ADD COLUMN covered INTEGER NOT NULL DEFAULT 0 CHECK (covered >= 0);

DROP TRIGGER transfer_takes_from_lots;

-- What leaves the wallet leaves its lots: first those that are taken back or end; then, of what is spent,
-- by rank and end. What is taken back beyond its own lot had been spent, and is taken the other way
-- round: from what would be spent last. So it does not matter whether lots have ended in the meantime.
CREATE TRIGGER transfer_takes_from_lots AFTER INSERT ON transfer
  WHEN NEW.debit = 'wallet' AND NEW.kind IN ('post', 'settle') BEGIN
  UPDATE token_lot SET left_tokens = left_tokens - taking.share
    FROM (
      SELECT id, min(left_tokens, max(0, NEW.amount - coalesce(sum(left_tokens) OVER (
        ORDER BY NOT (NEW.source IN ('take_back', 'expiry')
            AND substr(NEW.source_id, 1, instr(NEW.source_id || '#', '#') - 1) IN (id, source_id)),
          rank * iif(NEW.source = 'take_back', -1, 1),
          coalesce(expires_at_ms, 9007199254740991) * iif(NEW.source = 'take_back', -1, 1), id
        ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0))) AS share
      FROM token_lot INDEXED BY token_lot_by_expiry
      WHERE tenant_id = NEW.tenant_id AND account_id = NEW.account_id AND left_tokens > 0
    ) AS taking
    WHERE token_lot.tenant_id = NEW.tenant_id AND token_lot.account_id = NEW.account_id
      AND token_lot.id = taking.id AND taking.share > 0;
END;
