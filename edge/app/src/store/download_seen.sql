-- What was counted of an account, a device, an address and a link since a time: how many, up to a
-- number that says enough, and when the first was. Of a link, how many addresses there are with the
-- one that asks.
SELECT
  (SELECT count(*) FROM (
    SELECT 1 FROM download INDEXED BY download_by_account WHERE tenant_id = ?1 AND account_id = ?2 AND created_at_ms > ?5 AND outcome <> 'resumed' LIMIT ?6)),
  (SELECT created_at_ms FROM download INDEXED BY download_by_account WHERE tenant_id = ?1 AND account_id = ?2 AND created_at_ms > ?5 AND outcome <> 'resumed' ORDER BY created_at_ms LIMIT 1),
  (SELECT count(*) FROM (
    SELECT 1 FROM download INDEXED BY download_by_device WHERE tenant_id = ?1 AND device_hash = ?3 AND created_at_ms > ?5 AND outcome <> 'resumed' LIMIT ?7)),
  (SELECT created_at_ms FROM download INDEXED BY download_by_device WHERE tenant_id = ?1 AND device_hash = ?3 AND created_at_ms > ?5 AND outcome <> 'resumed' ORDER BY created_at_ms LIMIT 1),
  (SELECT count(*) FROM (
    SELECT 1 FROM download INDEXED BY download_by_ip WHERE tenant_id = ?1 AND ip_hash = ?4 AND created_at_ms > ?5 AND outcome <> 'resumed' LIMIT ?8)),
  (SELECT created_at_ms FROM download INDEXED BY download_by_ip WHERE tenant_id = ?1 AND ip_hash = ?4 AND created_at_ms > ?5 AND outcome <> 'resumed' ORDER BY created_at_ms LIMIT 1),
  (SELECT count(*) FROM (
    SELECT ip_hash FROM download INDEXED BY download_by_grant WHERE tenant_id = ?1 AND grant_id = ?9
    UNION SELECT ?4)),
  (SELECT min(created_at_ms) FROM download INDEXED BY download_by_grant WHERE tenant_id = ?1 AND grant_id = ?9)
