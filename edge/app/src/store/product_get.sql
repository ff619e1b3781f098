-- A product, for those who sell it.
SELECT id, kind, name, description, status, details, stock, held, created_at_ms, changed_at_ms,
  (SELECT json_group_array(asset_id) FROM (
    SELECT asset_id FROM product_asset
    WHERE tenant_id = ?1 AND product_id = ?2 ORDER BY position))
FROM product WHERE tenant_id = ?1 AND id = ?2
