-- A cart, for its account or, while it is nobody's, for whoever knows its id.
SELECT id, account_id, market, coupon, version FROM cart
WHERE tenant_id = ?1 AND id = ?2 AND (account_id IS NULL OR account_id = ?3)
