INSERT INTO effect (tenant_id, kind, object_id, event_id, done_at_ms)
SELECT tenant_id, 'order_' || status, id, ?3, ?4 FROM orders
WHERE tenant_id = ?1 AND id = ?2 AND status <> 'pending'
ON CONFLICT DO NOTHING
