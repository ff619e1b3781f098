-- Once for each invitation: one that was accepted before gives nothing back that was taken away.
INSERT INTO membership (tenant_id, account_id, role, invite_id, created_at_ms) VALUES (?1, ?2, ?3, ?4, ?5)
ON CONFLICT DO NOTHING
