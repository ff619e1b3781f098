INSERT INTO order_touched (tenant_id, order_id) VALUES (?1, ?2) ON CONFLICT DO NOTHING
