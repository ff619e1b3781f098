-- What is used of a subscription's capacity, in the tenant's shard.

-- A span of a meter, `[start, end)`, stored once, with the zone whose calendar it follows.
-- `changed_at_ms` is when the server last counted, whatever time the usage was of.
CREATE TABLE usage_window (
  tenant_id       TEXT    NOT NULL,
  subscription_id TEXT    NOT NULL,
  meter           TEXT    NOT NULL,
  start_ms        INTEGER NOT NULL,
  end_ms          INTEGER NOT NULL,
  zone            TEXT    NOT NULL,
  capacity        INTEGER NOT NULL CHECK (capacity BETWEEN 0 AND 9007199254740991),
  hard            INTEGER NOT NULL CHECK (hard IN (0, 1)),
  used            INTEGER NOT NULL DEFAULT 0 CHECK (used BETWEEN 0 AND 9007199254740991),
  changed_at_ms   INTEGER NOT NULL,
  PRIMARY KEY (tenant_id, subscription_id, meter, start_ms),
  CONSTRAINT window_has_a_length CHECK (start_ms < end_ms)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER usage_windows_do_not_overlap BEFORE INSERT ON usage_window
  WHEN NOT EXISTS (
    SELECT 1 FROM usage_window
    WHERE tenant_id = NEW.tenant_id AND subscription_id = NEW.subscription_id AND meter = NEW.meter AND start_ms = NEW.start_ms) BEGIN
  SELECT raise(ABORT, 'constraint: window_overlaps') FROM usage_window
    WHERE tenant_id = NEW.tenant_id AND subscription_id = NEW.subscription_id AND meter = NEW.meter
      AND start_ms < NEW.end_ms AND end_ms > NEW.start_ms;
END;

-- What was used, once by its account's identifier, and where that left the window. Rows are added
-- and never changed. `is_dated` is whether the account said when it was.
CREATE TABLE usage_event (
  tenant_id       TEXT    NOT NULL,
  account_id      TEXT    NOT NULL,
  identifier      TEXT    NOT NULL,
  request_id      TEXT    NOT NULL,
  subscription_id TEXT    NOT NULL,
  meter           TEXT    NOT NULL,
  quantity        INTEGER NOT NULL CHECK (quantity BETWEEN 1 AND 1000000000),
  window_start_ms INTEGER NOT NULL,
  used_at_ms      INTEGER NOT NULL,
  is_dated        INTEGER NOT NULL CHECK (is_dated IN (0, 1)),
  used_after      INTEGER NOT NULL CHECK (used_after BETWEEN 0 AND 9007199254740991),
  capacity_then   INTEGER NOT NULL,
  created_at_ms   INTEGER NOT NULL,
  PRIMARY KEY (tenant_id, account_id, identifier)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER usage_event_is_never_changed BEFORE UPDATE ON usage_event BEGIN
  SELECT raise(ABORT, 'constraint: usage_event_is_append_only');
END;

CREATE TRIGGER usage_event_is_never_deleted BEFORE DELETE ON usage_event BEGIN
  SELECT raise(ABORT, 'constraint: usage_event_is_append_only');
END;

-- After, and not before: an event that is there already counts nothing and is not refused.
CREATE TRIGGER usage_event_counts AFTER INSERT ON usage_event BEGIN
  UPDATE usage_window SET used = used + NEW.quantity, changed_at_ms = max(changed_at_ms, NEW.created_at_ms)
    WHERE tenant_id = NEW.tenant_id AND subscription_id = NEW.subscription_id AND meter = NEW.meter
      AND start_ms = NEW.window_start_ms;
  SELECT raise(ABORT, 'constraint: capacity_used_up') FROM usage_window
    WHERE tenant_id = NEW.tenant_id AND subscription_id = NEW.subscription_id AND meter = NEW.meter
      AND start_ms = NEW.window_start_ms AND hard = 1 AND used > capacity;
END;

-- Crossing a threshold raises its alert, once for each window: by what was used, or by a capacity
-- that has become less.
CREATE TRIGGER usage_window_alerts AFTER UPDATE OF used, capacity ON usage_window WHEN NEW.capacity > 0 BEGIN
  INSERT INTO alert (tenant_id, kind, subject, details, created_at_ms)
    SELECT NEW.tenant_id, 'usage_' || threshold.percent,
      NEW.subscription_id || '/' || NEW.meter || '/' || NEW.start_ms,
      json_object('used', NEW.used, 'capacity', NEW.capacity), NEW.changed_at_ms
    FROM (SELECT 80 AS percent UNION ALL SELECT 90 UNION ALL SELECT 100) AS threshold
    WHERE NEW.used * 100 >= NEW.capacity * threshold.percent
    ON CONFLICT DO NOTHING;
END;

-- More of a plan is more capacity from then on, and less is less. Windows that were over by then
-- stay as they were counted.
CREATE TRIGGER subscription_sets_capacity AFTER UPDATE OF quantity ON subscription
  WHEN OLD.quantity <> NEW.quantity BEGIN
  UPDATE usage_window SET changed_at_ms = max(changed_at_ms, NEW.told_at_ms), capacity = (
      SELECT min(item.capacity * NEW.quantity, 9007199254740991) FROM order_item AS item
      WHERE item.tenant_id = NEW.tenant_id AND item.order_id = NEW.order_id AND item.meter = usage_window.meter
      ORDER BY item.n LIMIT 1)
    WHERE tenant_id = NEW.tenant_id AND subscription_id = NEW.id AND end_ms > NEW.told_at_ms
      AND EXISTS (
        SELECT 1 FROM order_item AS item
        WHERE item.tenant_id = NEW.tenant_id AND item.order_id = NEW.order_id AND item.meter = usage_window.meter);
END;

CREATE INDEX alert_by_time ON alert (tenant_id, created_at_ms, kind, subject);
