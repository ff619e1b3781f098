-- The keys of an account that work, newest first.
SELECT id, name, scopes, created_at_ms, used_at_ms FROM api_key
WHERE tenant_id = ?1 AND account_id = ?2 AND revoked_at_ms IS NULL
ORDER BY created_at_ms DESC, id DESC
LIMIT ?3
