INSERT INTO alert (tenant_id, kind, subject, details, created_at_ms)
SELECT tenant_id, 'stock_short', order_id || '/' || product_id, json_object('quantity', quantity), ?3
FROM stock_hold WHERE tenant_id = ?1 AND order_id = ?2 AND state = 'short'
ON CONFLICT DO NOTHING
