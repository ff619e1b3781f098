INSERT INTO tenant (id, handle, record, created_at_ms) VALUES (?1, ?2, ?3, ?4)
ON CONFLICT DO NOTHING
