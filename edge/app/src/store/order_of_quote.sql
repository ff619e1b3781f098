-- The order that a quote has become.
SELECT id, account_id, session_id, session_url, status, expires_at_ms, payment_id
FROM orders WHERE tenant_id = ?1 AND quote_id = ?2
