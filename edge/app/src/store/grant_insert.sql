INSERT INTO download_grant (tenant_id, id, account_id, uses_left, uses_max, created_at_ms, expires_at_ms)
VALUES (?1, ?2, ?3, ?4, ?4, ?5, ?6)
