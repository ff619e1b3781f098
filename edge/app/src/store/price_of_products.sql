-- The prices on a list of those of some products that are sold. ?3 is a JSON list of ids.
SELECT price.id, product_id, list, currency, amount_minor, min_quantity, valid_from_ms,
  valid_until_ms, interval, price.created_at_ms, archived_at_ms
FROM price INDEXED BY price_by_product
  JOIN product ON product.tenant_id = ?1 AND product.id = product_id
WHERE price.tenant_id = ?1 AND list = ?2 AND archived_at_ms IS NULL AND product.status = 'active'
  AND product_id IN (SELECT value FROM json_each(?3))
ORDER BY product_id, price.id
