-- The sessions of an account that have not ended, the latest used first.
SELECT id, device, created_at_ms, seen_at_ms FROM session
WHERE tenant_id = ?1 AND account_id = ?2 AND ended_at_ms IS NULL AND created_at_ms > ?3 AND seen_at_ms > ?4
  AND coalesce(ends_at_ms > ?6, TRUE)
ORDER BY seen_at_ms DESC, id DESC
LIMIT ?5
