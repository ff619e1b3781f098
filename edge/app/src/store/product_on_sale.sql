-- The products behind one that can be bought by a list, and their prices on it. The indexes are named
-- because SQLite, without statistics, takes a tenant to have ten rows, and would read them all.
SELECT id, kind, name, description, details, stock - held,
  (SELECT json_group_array(json_object(
    'id', price.id, 'product', product_id, 'list', list, 'currency', currency,
    'amount_minor', amount_minor, 'min_quantity', min_quantity,
    'valid_from_ms', valid_from_ms, 'valid_until_ms', valid_until_ms, 'interval', interval))
  FROM price INDEXED BY price_by_product
  WHERE price.tenant_id = ?1 AND product_id = product.id AND list = ?2 AND archived_at_ms IS NULL)
FROM product INDEXED BY product_by_status
WHERE tenant_id = ?1 AND status = 'active' AND id > ?3 AND EXISTS (
  SELECT 1 FROM price INDEXED BY price_by_product
  WHERE price.tenant_id = ?1 AND product_id = product.id AND list = ?2 AND archived_at_ms IS NULL
    AND min_quantity = 1 AND coalesce(valid_from_ms, ?4) <= ?4 AND coalesce(valid_until_ms > ?4, 1))
ORDER BY id
LIMIT ?5
