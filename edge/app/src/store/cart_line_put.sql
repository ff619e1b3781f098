-- So many of a product in a cart, or breaks `cart_full`.
INSERT INTO cart_line (tenant_id, cart_id, product_id, quantity, added_at_ms)
SELECT ?1, cart.id, ?4, ?5, ?6 FROM cart
WHERE tenant_id = ?1 AND id = ?2 AND (account_id IS NULL OR account_id = ?3)
ON CONFLICT (tenant_id, cart_id, product_id) DO UPDATE SET quantity = excluded.quantity
