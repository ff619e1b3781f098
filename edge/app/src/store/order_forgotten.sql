-- Orders whose time to pay is over, and of which nothing was heard.
SELECT id, session_id FROM orders
WHERE tenant_id = ?1 AND status = 'pending' AND expires_at_ms <= ?2
ORDER BY expires_at_ms LIMIT ?3
