-- An account's rights from before one, newest first; or the one that ?5 names. The files are those
-- that the product has now.
SELECT owned.id, owned.product_id, product.name,
  (SELECT state FROM order_state WHERE tenant_id = ?1 AND order_id = owned.order_id),
  owned.granted_at_ms, owned.expires_at_ms, owned.device_max,
  (SELECT count(*) FROM device WHERE tenant_id = ?1 AND entitlement_id = owned.id),
  owned.use_max, owned.uses, owned.licence, owned.licensed_at_ms,
  (SELECT json_group_array(json_object('id', id, 'file_name', file_name, 'content_type', content_type, 'size', size_bytes)) FROM (
    SELECT asset.id, asset.file_name, asset.content_type, asset.size_bytes
    FROM product_asset AS part
    CROSS JOIN asset ON asset.tenant_id = ?1 AND asset.id = part.asset_id AND asset.status = 'ready'
    WHERE part.tenant_id = ?1 AND part.product_id = owned.product_id
    ORDER BY part.position)),
  product.kind
FROM entitlement AS owned INDEXED BY entitlement_by_id
LEFT JOIN product ON product.tenant_id = ?1 AND product.id = owned.product_id
WHERE owned.tenant_id = ?1 AND owned.account_id = ?2 AND owned.id < ?3 AND owned.id = coalesce(?5, owned.id)
ORDER BY owned.id DESC
LIMIT ?4
