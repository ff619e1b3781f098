-- The coupon was for what is bought.
UPDATE cart SET coupon = NULL
WHERE tenant_id = ?1 AND (id, coupon) = (SELECT cart_id, coupon FROM orders WHERE orders.tenant_id = ?1 AND orders.id = ?2)
  AND NOT EXISTS (SELECT 1 FROM cart_line WHERE cart_line.tenant_id = ?1 AND cart_line.cart_id = cart.id)
