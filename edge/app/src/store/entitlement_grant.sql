-- The rights that a paid order gives.
INSERT INTO entitlement (tenant_id, id, account_id, product_id, order_id, item, granted_at_ms, expires_at_ms, device_max, use_max, licence)
SELECT orders.tenant_id, 'ent_' || substr(orders.id, 5) || '_' || item.n, orders.account_id, item.product_id,
  orders.id, item.n, orders.paid_at_ms, orders.paid_at_ms + item.lifetime_ms, item.device_max, item.use_max, item.licence
FROM order_touched AS touched
CROSS JOIN orders ON orders.tenant_id = ?1 AND orders.id = touched.order_id
CROSS JOIN order_item AS item ON item.tenant_id = ?1 AND item.order_id = orders.id
WHERE touched.tenant_id = ?1 AND orders.status = 'paid' AND item.kind IN ('digital', 'subscription')
ON CONFLICT (tenant_id, order_id, item) DO NOTHING
