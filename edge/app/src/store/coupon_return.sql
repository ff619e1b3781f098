UPDATE coupon_use SET returned_at_ms = ?3
WHERE tenant_id = ?1 AND order_id = ?2 AND returned_at_ms IS NULL
  AND (SELECT status FROM orders WHERE orders.tenant_id = ?1 AND orders.id = ?2) = 'cancelled'
