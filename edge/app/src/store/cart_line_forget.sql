-- Forgets what is in the carts that are about to be forgotten.
DELETE FROM cart_line
WHERE tenant_id = ?1 AND cart_id IN (
  SELECT id FROM cart WHERE tenant_id = ?1 AND changed_at_ms < ?2 ORDER BY changed_at_ms LIMIT ?3)
