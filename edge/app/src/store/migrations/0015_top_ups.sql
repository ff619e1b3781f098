-- Capacity that is bought on top of a plan's, in the tenant's shard. It is spent after the window's
-- own and kept over windows, until it is used up or expires.

-- What a purchase adds to a meter of its account. `granted` is what was paid for, `returned` what of it
-- went back with the money, and `owed` what should have gone back too and had been used.
CREATE TABLE usage_extra (
  tenant_id     TEXT    NOT NULL,
  order_id      TEXT    NOT NULL,
  item          INTEGER NOT NULL,
  account_id    TEXT    NOT NULL,
  meter         TEXT    NOT NULL,
  granted       INTEGER NOT NULL CHECK (granted BETWEEN 0 AND 9007199254740991),
  used          INTEGER NOT NULL DEFAULT 0 CHECK (used >= 0),
  returned      INTEGER NOT NULL DEFAULT 0 CHECK (returned >= 0),
  owed          INTEGER NOT NULL DEFAULT 0 CHECK (owed BETWEEN 0 AND used),
  granted_at_ms INTEGER NOT NULL,
  expires_at_ms INTEGER,
  PRIMARY KEY (tenant_id, order_id, item),
  CONSTRAINT extra_used_up CHECK (used <= granted - returned)
) STRICT, WITHOUT ROWID;

-- The condition begins with a column, as SQLite does not know it again the other way round.
CREATE INDEX usage_extra_unspent ON usage_extra (tenant_id, account_id, meter, expires_at_ms)
  WHERE granted > used + returned;

-- What is left of each purchase. Whether it has expired is for whoever asks to say.
CREATE VIEW usage_extra_left AS
  SELECT tenant_id, account_id, meter, order_id, item, granted_at_ms, expires_at_ms,
    granted - returned - used AS quantity
  FROM usage_extra INDEXED BY usage_extra_unspent
  WHERE granted > used + returned;

-- How much of what was used in a window was drawn from extras, and not from its own capacity.
ALTER TABLE usage_window ADD COLUMN extra_used INTEGER NOT NULL DEFAULT 0 CHECK (extra_used BETWEEN 0 AND used);

-- How much of an event's quantity was drawn from extras, and where that left the window and them.
ALTER TABLE usage_event ADD COLUMN from_extra INTEGER NOT NULL DEFAULT 0 CHECK (from_extra BETWEEN 0 AND quantity);

ALTER TABLE usage_event ADD COLUMN extra_used_after INTEGER NOT NULL DEFAULT 0 CHECK (extra_used_after >= from_extra);

ALTER TABLE usage_event ADD COLUMN extra_left INTEGER NOT NULL DEFAULT 0 CHECK (extra_left >= 0);

DROP TRIGGER usage_event_counts;

-- After, and not before: an event that is there already counts nothing and is not refused.
--
-- What the window's own capacity does not cover comes from extras, as far as they go, those first that
-- expire first and then the oldest. An event that claims to have drawn more or less is refused, and of a
-- hard meter one that needs more than there is of both.
CREATE TRIGGER usage_event_counts AFTER INSERT ON usage_event BEGIN
  SELECT raise(ABORT, 'constraint: capacity_used_up') FROM usage_window
    WHERE tenant_id = NEW.tenant_id AND subscription_id = NEW.subscription_id AND meter = NEW.meter
      AND start_ms = NEW.window_start_ms AND hard = 1
      AND NEW.quantity - NEW.from_extra > max(0, capacity - (used - extra_used));
  SELECT raise(ABORT, 'constraint: extra_is_drawn_last') FROM usage_window
    WHERE tenant_id = NEW.tenant_id AND subscription_id = NEW.subscription_id AND meter = NEW.meter
      AND start_ms = NEW.window_start_ms
      AND NEW.from_extra <> min(
        max(0, NEW.quantity - max(0, capacity - (used - extra_used))), (
          SELECT coalesce(sum(quantity), 0) FROM usage_extra_left
          WHERE tenant_id = NEW.tenant_id AND account_id = NEW.account_id AND meter = NEW.meter
            AND coalesce(expires_at_ms > NEW.created_at_ms, 1)));
  UPDATE usage_extra SET used = used + drawing.share
    FROM (
      SELECT order_id, item, min(quantity, max(0, NEW.from_extra - coalesce(sum(quantity) OVER (
        ORDER BY coalesce(expires_at_ms, 9007199254740991), granted_at_ms, order_id, item
        ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0))) AS share
      FROM usage_extra_left
      WHERE tenant_id = NEW.tenant_id AND account_id = NEW.account_id AND meter = NEW.meter
        AND coalesce(expires_at_ms > NEW.created_at_ms, 1) AND NEW.from_extra > 0
    ) AS drawing
    WHERE usage_extra.tenant_id = NEW.tenant_id AND usage_extra.order_id = drawing.order_id
      AND usage_extra.item = drawing.item AND drawing.share > 0;
  UPDATE usage_window SET used = used + NEW.quantity, extra_used = extra_used + NEW.from_extra,
      changed_at_ms = max(changed_at_ms, NEW.created_at_ms)
    WHERE tenant_id = NEW.tenant_id AND subscription_id = NEW.subscription_id AND meter = NEW.meter
      AND start_ms = NEW.window_start_ms;
END;

DROP TRIGGER usage_window_alerts;

-- Crossing a threshold of the plan's capacity raises its alert, once for each window: by what was used
-- of it, or by a capacity that has become less.
CREATE TRIGGER usage_window_alerts AFTER UPDATE OF used, capacity ON usage_window WHEN NEW.capacity > 0 BEGIN
  INSERT INTO alert (tenant_id, kind, subject, details, created_at_ms)
    SELECT NEW.tenant_id, 'usage_' || threshold.percent,
      NEW.subscription_id || '/' || NEW.meter || '/' || NEW.start_ms,
      json_object('used', NEW.used - NEW.extra_used, 'capacity', NEW.capacity), NEW.changed_at_ms
    FROM (SELECT 80 AS percent UNION ALL SELECT 90 UNION ALL SELECT 100) AS threshold
    WHERE (NEW.used - NEW.extra_used) * 100 >= NEW.capacity * threshold.percent
    ON CONFLICT DO NOTHING;
END;
