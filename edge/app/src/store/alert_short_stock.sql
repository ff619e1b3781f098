INSERT INTO alert (tenant_id, kind, subject, details, created_at_ms)
SELECT tenant_id, 'stock_short', order_id || '/' || product_id, json_object('quantity', quantity), ?2
FROM stock_hold
WHERE tenant_id = ?1 AND state = 'short'
  AND order_id IN (SELECT touched.order_id FROM order_touched AS touched WHERE touched.tenant_id = ?1)
ON CONFLICT DO NOTHING
