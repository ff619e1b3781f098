SELECT id, account_id, scopes FROM api_key
WHERE tenant_id = ?1 AND key_hash = ?2 AND revoked_at_ms IS NULL
