-- Goods of a paid order are sold; if they had been given back and are gone, somebody must see to it.
-- Those of an order that came to nothing are given back.
UPDATE stock_hold SET state = CASE
    WHEN (SELECT status FROM orders WHERE orders.tenant_id = ?1 AND orders.id = stock_hold.order_id) = 'cancelled' THEN 'returned'
    WHEN stock_hold.state = 'held' OR (
      SELECT stock - held >= stock_hold.quantity FROM product
      WHERE product.tenant_id = ?1 AND product.id = stock_hold.product_id) THEN 'sold'
    ELSE 'short'
  END
WHERE tenant_id = ?1 AND order_id IN (SELECT touched.order_id FROM order_touched AS touched WHERE touched.tenant_id = ?1)
  AND (SELECT status FROM orders WHERE orders.tenant_id = ?1 AND orders.id = stock_hold.order_id)
    = CASE state WHEN 'returned' THEN 'paid' WHEN 'held' THEN (
        SELECT nullif(status, 'pending') FROM orders WHERE orders.tenant_id = ?1 AND orders.id = stock_hold.order_id) END
