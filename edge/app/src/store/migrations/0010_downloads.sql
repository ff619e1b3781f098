-- Files that are sold, and who may load them down. All of it is in the tenant's shard.

-- A file. It is `pending` until it has come whole, and `quarantined` when it must not be handed out.
CREATE TABLE asset (
  tenant_id     TEXT    NOT NULL,
  id            TEXT    NOT NULL,
  blob_key      TEXT    NOT NULL,
  file_name     TEXT    NOT NULL,
  content_type  TEXT    NOT NULL,
  size_bytes    INTEGER NOT NULL CHECK (size_bytes BETWEEN 0 AND 9007199254740991),
  sha256        TEXT    NOT NULL,
  status        TEXT    NOT NULL CHECK (status IN ('pending', 'scanning', 'ready', 'quarantined')),
  uploaded_by   TEXT    NOT NULL,
  created_at_ms INTEGER NOT NULL,
  ready_at_ms   INTEGER,
  PRIMARY KEY (tenant_id, id),
  UNIQUE (tenant_id, blob_key)
) STRICT, WITHOUT ROWID;

-- By which a file that is announced twice is found.
CREATE INDEX asset_by_sha256 ON asset (tenant_id, sha256);

-- The files of a product.
CREATE TABLE product_asset (
  tenant_id  TEXT    NOT NULL,
  product_id TEXT    NOT NULL,
  asset_id   TEXT    NOT NULL,
  position   INTEGER NOT NULL,
  PRIMARY KEY (tenant_id, product_id, asset_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX product_asset_by_asset ON product_asset (tenant_id, asset_id);

-- In the order in which an account's rights are listed.
CREATE INDEX entitlement_by_id ON entitlement (tenant_id, account_id, id);

-- The devices that an entitlement is used on.
CREATE TABLE device (
  tenant_id      TEXT    NOT NULL,
  entitlement_id TEXT    NOT NULL,
  device_hash    TEXT    NOT NULL,
  seen_at_ms     INTEGER NOT NULL,
  PRIMARY KEY (tenant_id, entitlement_id, device_hash)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER devices_are_within_cap BEFORE INSERT ON device
  WHEN NOT EXISTS (
    SELECT 1 FROM device
    WHERE tenant_id = NEW.tenant_id AND entitlement_id = NEW.entitlement_id AND device_hash = NEW.device_hash) BEGIN
  SELECT raise(ABORT, 'constraint: devices_used_up') FROM entitlement
    WHERE tenant_id = NEW.tenant_id AND id = NEW.entitlement_id AND device_max <= (
      SELECT count(*) FROM device WHERE tenant_id = NEW.tenant_id AND entitlement_id = NEW.entitlement_id);
END;

-- A link: so many downloads of these files, for a while.
CREATE TABLE download_grant (
  tenant_id     TEXT    NOT NULL,
  id            TEXT    NOT NULL,
  account_id    TEXT    NOT NULL,
  uses_left     INTEGER NOT NULL,
  uses_max      INTEGER NOT NULL CHECK (uses_max >= 1),
  created_at_ms INTEGER NOT NULL,
  expires_at_ms INTEGER NOT NULL,
  PRIMARY KEY (tenant_id, id),
  CONSTRAINT grant_used_up CHECK (uses_left BETWEEN 0 AND uses_max)
) STRICT, WITHOUT ROWID;

-- What a link is for, and by which right.
CREATE TABLE download_grant_asset (
  tenant_id       TEXT    NOT NULL,
  grant_id        TEXT    NOT NULL,
  n               INTEGER NOT NULL,
  asset_id        TEXT    NOT NULL,
  entitlement_id  TEXT    NOT NULL,
  permission_kid  TEXT    NOT NULL,
  permission_hash TEXT    NOT NULL,
  PRIMARY KEY (tenant_id, grant_id, n)
) STRICT, WITHOUT ROWID;

-- What a link opens, and how each of its rights stands at the moment. `stands` does not know the
-- time, and not whether a use is left. What has become of the money is asked for by the order: joined
-- here, the view would be made of all orders.
CREATE VIEW download_right AS
SELECT part.tenant_id, part.grant_id, part.n, part.asset_id, part.entitlement_id,
  part.permission_kid, part.permission_hash,
  asset.blob_key, asset.file_name, asset.content_type, asset.size_bytes, asset.sha256,
  asset.status AS asset_status, asset.ready_at_ms,
  entitlement.product_id, entitlement.expires_at_ms, entitlement.use_max, entitlement.uses,
  coalesce(entitlement.licence IS NULL OR entitlement.licensed_at_ms IS NOT NULL, 0) AS is_licensed,
  (SELECT state FROM order_state
   WHERE order_state.tenant_id = part.tenant_id AND order_state.order_id = entitlement.order_id) AS state,
  coalesce((SELECT state FROM order_state
   WHERE order_state.tenant_id = part.tenant_id AND order_state.order_id = entitlement.order_id) IN ('paid', 'partly_refunded') AND asset.status = 'ready'
    AND (entitlement.licence IS NULL OR entitlement.licensed_at_ms IS NOT NULL), 0) AS stands
FROM download_grant_asset AS part
LEFT JOIN asset ON asset.tenant_id = part.tenant_id AND asset.id = part.asset_id
LEFT JOIN entitlement
  ON entitlement.tenant_id = part.tenant_id AND entitlement.id = part.entitlement_id;

-- A use of a link by one client. Whoever has begun may go on where the connection broke.
-- `request_id` is the request that used it last.
CREATE TABLE download_use (
  tenant_id     TEXT    NOT NULL,
  grant_id      TEXT    NOT NULL,
  n             INTEGER NOT NULL,
  client_hash   TEXT    NOT NULL,
  resumes_left  INTEGER NOT NULL,
  request_id    TEXT    NOT NULL,
  started_at_ms INTEGER NOT NULL,
  PRIMARY KEY (tenant_id, grant_id, n),
  CONSTRAINT resumes_used_up CHECK (resumes_left >= 0)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER download_use_needs_a_live_grant BEFORE INSERT ON download_use BEGIN
  SELECT raise(ABORT, 'constraint: grant_over') WHERE NOT EXISTS (
    SELECT 1 FROM download_grant
    WHERE tenant_id = NEW.tenant_id AND id = NEW.grant_id AND expires_at_ms > NEW.started_at_ms);
END;

-- One use of the link is one use of every right that it draws on.
CREATE TRIGGER download_use_spends AFTER INSERT ON download_use BEGIN
  UPDATE download_grant SET uses_left = uses_left - 1
    WHERE tenant_id = NEW.tenant_id AND id = NEW.grant_id;
  UPDATE entitlement SET uses = uses + 1
    WHERE tenant_id = NEW.tenant_id AND id IN (
      SELECT entitlement_id FROM download_grant_asset
      WHERE tenant_id = NEW.tenant_id AND grant_id = NEW.grant_id);
END;

-- Every attempt, whatever came of it. Rows are added and never changed.
CREATE TABLE download (
  seq           INTEGER PRIMARY KEY AUTOINCREMENT,
  tenant_id     TEXT    NOT NULL,
  grant_id      TEXT,
  account_id    TEXT,
  asset_id      TEXT,
  step          TEXT    NOT NULL CHECK (step IN ('link', 'fetch')),
  outcome       TEXT    NOT NULL,
  ip_hash       TEXT    NOT NULL,
  device_hash   TEXT    NOT NULL,
  request_id    TEXT    NOT NULL,
  created_at_ms INTEGER NOT NULL
) STRICT;

-- What is counted to see whether it is too much. A part that is fetched later is none of it.
CREATE INDEX download_by_account ON download (tenant_id, account_id, created_at_ms) WHERE outcome <> 'resumed';

CREATE INDEX download_by_device ON download (tenant_id, device_hash, created_at_ms) WHERE outcome <> 'resumed';

CREATE INDEX download_by_ip ON download (tenant_id, ip_hash, created_at_ms) WHERE outcome <> 'resumed';

CREATE INDEX download_by_grant ON download (tenant_id, grant_id, ip_hash, created_at_ms);

CREATE TRIGGER download_is_never_changed BEFORE UPDATE ON download BEGIN
  SELECT raise(ABORT, 'constraint: download_is_append_only');
END;

CREATE TRIGGER download_is_never_deleted BEFORE DELETE ON download BEGIN
  SELECT raise(ABORT, 'constraint: download_is_append_only');
END;

-- What somebody should look at, once for each subject.
CREATE TABLE alert (
  tenant_id     TEXT    NOT NULL,
  kind          TEXT    NOT NULL,
  subject       TEXT    NOT NULL,
  details       TEXT    NOT NULL,
  created_at_ms INTEGER NOT NULL,
  PRIMARY KEY (tenant_id, kind, subject)
) STRICT, WITHOUT ROWID;
