SELECT seq, id, kind, asset, debit, credit, amount, pending_id, source, source_id, created_at_ms, expires_at_ms
FROM transfer
WHERE tenant_id = ?1 AND account_id = ?2 AND source = ?3 AND source_id = ?4 AND asset = ?5 AND kind = ?6
