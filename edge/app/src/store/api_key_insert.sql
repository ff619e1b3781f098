INSERT INTO api_key (tenant_id, key_hash, id, account_id, name, scopes, created_at_ms)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
