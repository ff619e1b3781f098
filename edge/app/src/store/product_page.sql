-- The products from before one, newest first, of one status or of any.
SELECT id, kind, name, description, status, details, stock, held, created_at_ms, changed_at_ms,
  (SELECT json_group_array(asset_id) FROM (
    SELECT asset_id FROM product_asset
    WHERE tenant_id = ?1 AND product_id = product.id ORDER BY position))
FROM product
WHERE tenant_id = ?1 AND id < ?2 AND status = coalesce(?3, status)
ORDER BY id DESC
LIMIT ?4
