-- Goods of a paid order are sold; if they had been given back and are gone, somebody must see to it.
-- Those of an order that came to nothing are given back.
UPDATE stock_hold SET state = CASE
    WHEN (SELECT status FROM orders WHERE orders.tenant_id = ?1 AND orders.id = ?2) = 'cancelled' THEN 'returned'
    WHEN stock_hold.state = 'held' OR (
      SELECT stock - held >= stock_hold.quantity FROM product
      WHERE product.tenant_id = ?1 AND product.id = stock_hold.product_id) THEN 'sold'
    ELSE 'short'
  END
WHERE tenant_id = ?1 AND order_id = ?2 AND (
  (state IN ('held', 'returned') AND (SELECT status FROM orders WHERE orders.tenant_id = ?1 AND orders.id = ?2) = 'paid')
  OR (state = 'held' AND (SELECT status FROM orders WHERE orders.tenant_id = ?1 AND orders.id = ?2) = 'cancelled'))
