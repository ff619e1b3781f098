DELETE FROM order_touched WHERE tenant_id = ?1
