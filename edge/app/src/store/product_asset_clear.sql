-- Takes all files from a product.
DELETE FROM product_asset WHERE tenant_id = ?1 AND product_id = ?2
