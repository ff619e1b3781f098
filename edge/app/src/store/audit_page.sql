-- Newest first, from before a given one.
SELECT id, actor, action, subject, request_id, created_at_ms FROM audit
WHERE tenant_id = ?1 AND id < ?2
ORDER BY id DESC
LIMIT ?3
