-- Writes an attempt down. Of an account that tries on and on, only so many in a while.
INSERT INTO download (tenant_id, grant_id, account_id, asset_id, step, outcome, ip_hash, device_hash, request_id, created_at_ms)
SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10
WHERE ?12 > (SELECT count(*) FROM (
  SELECT 1 FROM download INDEXED BY download_by_account
  WHERE tenant_id = ?1 AND account_id = ?3 AND created_at_ms > ?11 AND outcome <> 'resumed' LIMIT ?12))
