INSERT INTO stripe_event (tenant_id, id, type, object_id, connected, livemode, outcome, created_at_ms, received_at_ms)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)
ON CONFLICT (tenant_id, id) DO NOTHING
