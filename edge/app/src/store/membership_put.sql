INSERT INTO membership (tenant_id, account_id, role, invite_id, created_at_ms) VALUES (?1, ?2, ?3, ?4, ?5)
ON CONFLICT DO NOTHING
