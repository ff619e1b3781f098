-- Orders whose time to pay is over, and of which nothing was heard.
SELECT id, session_id, payment_id FROM orders INDEXED BY order_by_expiry
WHERE tenant_id = ?1 AND status = 'pending' AND expires_at_ms <= ?2 AND coalesce(session_id, payment_id) IS NOT NULL
ORDER BY expires_at_ms LIMIT ?3
