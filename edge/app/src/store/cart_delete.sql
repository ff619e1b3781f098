-- Deletes a cart.
DELETE FROM cart
WHERE tenant_id = ?1 AND id = ?2 AND (account_id IS NULL OR account_id = ?3)
RETURNING id
