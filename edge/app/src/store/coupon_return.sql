-- An order that came to nothing gives its coupon back.
UPDATE coupon_use SET returned_at_ms = ?2
WHERE tenant_id = ?1 AND returned_at_ms IS NULL
  AND (code, order_id) IN (
    SELECT orders.coupon, orders.id
    FROM order_touched AS touched
    CROSS JOIN orders ON orders.tenant_id = ?1 AND orders.id = touched.order_id
    WHERE touched.tenant_id = ?1 AND orders.status = 'cancelled')
