-- What is used of a subscription's capacity, in the tenant's shard.

-- A span of a meter, `[start, end)`, stored once, with the zone whose calendar it follows.
CREATE TABLE usage_window (
  tenant_id       TEXT    NOT NULL,
  subscription_id TEXT    NOT NULL,
  meter           TEXT    NOT NULL,
  start_ms        INTEGER NOT NULL,
  end_ms          INTEGER NOT NULL,
  zone            TEXT    NOT NULL,
  capacity        INTEGER NOT NULL CHECK (capacity >= 0),
  used            INTEGER NOT NULL DEFAULT 0 CHECK (used BETWEEN 0 AND 9007199254740991),
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

-- What was used, once by its identifier. Rows are added and never changed.
CREATE TABLE usage_event (
  tenant_id       TEXT    NOT NULL,
  identifier      TEXT    NOT NULL,
  account_id      TEXT    NOT NULL,
  subscription_id TEXT    NOT NULL,
  meter           TEXT    NOT NULL,
  quantity        INTEGER NOT NULL CHECK (quantity BETWEEN 1 AND 1000000000),
  window_start_ms INTEGER NOT NULL,
  used_at_ms      INTEGER NOT NULL,
  PRIMARY KEY (tenant_id, identifier)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER usage_event_is_never_changed BEFORE UPDATE ON usage_event BEGIN
  SELECT raise(ABORT, 'constraint: usage_event_is_append_only');
END;

CREATE TRIGGER usage_event_counts AFTER INSERT ON usage_event BEGIN
  UPDATE usage_window SET used = used + NEW.quantity
    WHERE tenant_id = NEW.tenant_id AND subscription_id = NEW.subscription_id AND meter = NEW.meter
      AND start_ms = NEW.window_start_ms;
END;

-- Crossing a threshold raises its alert, once for each window.
CREATE TRIGGER usage_window_alerts AFTER UPDATE OF used ON usage_window WHEN NEW.capacity > 0 BEGIN
  INSERT INTO alert (tenant_id, kind, subject, details, created_at_ms)
    SELECT NEW.tenant_id, 'usage_' || threshold.percent,
      NEW.subscription_id || '/' || NEW.meter || '/' || NEW.start_ms,
      json_object('used', NEW.used, 'capacity', NEW.capacity), NEW.start_ms
    FROM (SELECT 80 AS percent UNION ALL SELECT 90 UNION ALL SELECT 100) AS threshold
    WHERE NEW.used * 100 >= NEW.capacity * threshold.percent
    ON CONFLICT DO NOTHING;
END;
