SELECT kind, key, account_id, body, version
FROM outbox
WHERE tenant_id = ?1 AND heard < version AND next_at_ms <= ?2
ORDER BY next_at_ms
LIMIT ?3
