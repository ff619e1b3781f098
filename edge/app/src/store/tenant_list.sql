-- Newest first, from before a given one.
SELECT id, record, created_at_ms FROM tenant
WHERE id < ?1
ORDER BY id DESC
LIMIT ?2
