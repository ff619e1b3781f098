SELECT id, account_id, scopes, used_at_ms FROM api_key
WHERE tenant_id = ?1 AND key_hash = ?2 AND revoked_at_ms IS NULL
