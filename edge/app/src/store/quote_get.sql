-- A quote, and whose its cart is by now.
SELECT status, record, expires_at_ms, account_id
FROM quote LEFT JOIN cart ON cart.tenant_id = ?1 AND cart.id = quote.cart_id
WHERE quote.tenant_id = ?1 AND quote.id = ?2
