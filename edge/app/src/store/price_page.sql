-- The prices of a product from before one, newest first.
SELECT id, product_id, list, currency, amount_minor, min_quantity, valid_from_ms, valid_until_ms,
  interval, created_at_ms, archived_at_ms
FROM price INDEXED BY price_by_product
WHERE tenant_id = ?1 AND product_id = ?2 AND id < ?3
ORDER BY id DESC
LIMIT ?4
