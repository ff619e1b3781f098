-- What a cart comes to, if it is still the one that was priced.
INSERT INTO quote (tenant_id, id, cart_id, status, record, created_at_ms, expires_at_ms)
SELECT ?1, ?5, id, 'open', ?6, ?7, ?8 FROM cart
WHERE tenant_id = ?1 AND id = ?2 AND (account_id IS NULL OR account_id = ?3) AND version = ?4
RETURNING id
