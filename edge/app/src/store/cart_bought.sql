-- Takes out of a cart what was in it when its order was made. What was put in since stays.
DELETE FROM cart_line
WHERE tenant_id = ?1
  AND cart_id = (SELECT cart_id FROM orders WHERE orders.tenant_id = ?1 AND orders.id = ?2)
  AND added_at_ms <= (SELECT created_at_ms FROM orders WHERE orders.tenant_id = ?1 AND orders.id = ?2)
