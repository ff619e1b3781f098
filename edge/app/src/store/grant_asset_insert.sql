-- What a link is for: ?3 is a JSON list of asset, entitlement, key and hash.
INSERT INTO download_grant_asset (tenant_id, grant_id, n, asset_id, entitlement_id, permission_kid, permission_hash)
SELECT ?1, ?2, key, value ->> 0, value ->> 1, value ->> 2, value ->> 3 FROM json_each(?3)
