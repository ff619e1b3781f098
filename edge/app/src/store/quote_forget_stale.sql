-- Forgets what a cart came to before it was changed, some time ago.
DELETE FROM quote INDEXED BY quote_by_cart
WHERE tenant_id = ?1 AND cart_id = ?2 AND status = 'stale' AND created_at_ms < ?3
