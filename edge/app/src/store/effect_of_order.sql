INSERT INTO effect (tenant_id, kind, object_id, event_id, done_at_ms)
SELECT orders.tenant_id, 'order_' || orders.status, orders.id, ?2, ?3
FROM order_touched AS touched
CROSS JOIN orders ON orders.tenant_id = ?1 AND orders.id = touched.order_id
WHERE touched.tenant_id = ?1 AND orders.status <> 'pending'
ON CONFLICT DO NOTHING
