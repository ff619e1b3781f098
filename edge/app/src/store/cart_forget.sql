-- Forgets some of the carts that nobody has touched since ?2.
DELETE FROM cart
WHERE tenant_id = ?1 AND id IN (
  SELECT id FROM cart WHERE tenant_id = ?1 AND changed_at_ms < ?2 ORDER BY changed_at_ms LIMIT ?3)
