UPDATE orders SET status = 'cancelled'
WHERE tenant_id = ?1 AND id IN (SELECT order_id FROM order_touched WHERE tenant_id = ?1) AND status = 'pending'
