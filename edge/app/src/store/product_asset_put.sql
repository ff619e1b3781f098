-- Gives files to a product, in the order of ?3, a JSON list of their ids.
INSERT INTO product_asset (tenant_id, product_id, asset_id, position)
SELECT ?1, ?2, value, key FROM json_each(?3) WHERE true
ON CONFLICT (tenant_id, product_id, asset_id) DO NOTHING
