-- A price in its list's currency. All that a product costs is paid at one interval, or once; and it
-- has at most ?11 prices at a time.
INSERT INTO price (tenant_id, id, product_id, list, currency, amount_minor, min_quantity,
  valid_from_ms, valid_until_ms, interval, created_at_ms)
SELECT ?1, ?2, product.id, price_list.id, price_list.currency, ?5, ?6, ?7, ?8, ?9, ?10
FROM product, price_list
WHERE product.tenant_id = ?1 AND product.id = ?3 AND price_list.tenant_id = ?1 AND price_list.id = ?4
  AND (product.kind = 'subscription') = (?9 IS NOT NULL)
  AND NOT EXISTS (
    SELECT 1 FROM price AS other INDEXED BY price_by_product
    WHERE other.tenant_id = ?1 AND other.product_id = ?3 AND other.archived_at_ms IS NULL
      AND other.interval IS NOT ?9)
  AND ?11 > (
    SELECT count(*) FROM price AS other INDEXED BY price_by_product
    WHERE other.tenant_id = ?1 AND other.product_id = ?3 AND other.archived_at_ms IS NULL)
ON CONFLICT (tenant_id, id) DO NOTHING
RETURNING id
