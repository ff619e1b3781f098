-- By which of an account's rights it may have some files, a JSON list of their ids, and how each
-- right stands; for a device that has one of some names, a JSON list too.
SELECT part.asset_id, asset.status, owned.id,
  (SELECT state FROM order_state WHERE tenant_id = ?1 AND order_id = owned.order_id), owned.expires_at_ms,
  owned.use_max, owned.uses, owned.device_max,
  (SELECT count(*) FROM device WHERE tenant_id = ?1 AND entitlement_id = owned.id),
  EXISTS (SELECT 1 FROM device
    WHERE tenant_id = ?1 AND entitlement_id = owned.id AND device_hash IN (SELECT value FROM json_each(?4))),
  owned.licence IS NULL OR owned.licensed_at_ms IS NOT NULL
FROM json_each(?3) AS wanted
CROSS JOIN product_asset AS part INDEXED BY product_asset_by_asset
  ON part.tenant_id = ?1 AND part.asset_id = wanted.value
CROSS JOIN asset ON asset.tenant_id = ?1 AND asset.id = part.asset_id
CROSS JOIN entitlement AS owned INDEXED BY entitlement_by_account
  ON owned.tenant_id = ?1 AND owned.account_id = ?2 AND owned.product_id = part.product_id
ORDER BY wanted.key, owned.id
