-- The chain from a given entry on.
SELECT seq, prev_hash, hash, id, actor, action, subject, request_id, created_at_ms
FROM audit INDEXED BY audit_by_seq
WHERE tenant_id = ?1 AND seq >= ?2
ORDER BY seq
LIMIT ?3
