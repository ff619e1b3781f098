-- Revokes a key. One that is revoked stays as it was.
UPDATE api_key SET revoked_at_ms = coalesce(revoked_at_ms, ?4)
WHERE tenant_id = ?1 AND account_id = ?2 AND id = ?3
RETURNING id
