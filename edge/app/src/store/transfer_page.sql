-- Newest first, from before a given one.
SELECT seq, id, kind, asset, debit, credit, amount, pending_id, source, source_id, created_at_ms, expires_at_ms
FROM transfer
WHERE tenant_id = ?1 AND account_id = ?2 AND seq < ?3
ORDER BY seq DESC
LIMIT ?4
