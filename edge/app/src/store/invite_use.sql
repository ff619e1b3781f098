INSERT INTO invite_use (tenant_id, id, account_id, created_at_ms) VALUES (?1, ?2, ?3, ?4) ON CONFLICT DO NOTHING
