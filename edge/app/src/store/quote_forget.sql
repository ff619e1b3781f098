-- Forgets the quotes of the carts that are about to be forgotten.
DELETE FROM quote INDEXED BY quote_by_cart
WHERE tenant_id = ?1 AND cart_id IN (
  SELECT id FROM cart WHERE tenant_id = ?1 AND changed_at_ms < ?2 ORDER BY changed_at_ms LIMIT ?3)
