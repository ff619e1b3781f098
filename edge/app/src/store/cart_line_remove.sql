-- Takes a product out of a cart.
DELETE FROM cart_line
WHERE tenant_id = ?1 AND product_id = ?4 AND cart_id = (
  SELECT id FROM cart
  WHERE tenant_id = ?1 AND id = ?2 AND (account_id IS NULL OR account_id = ?3))
