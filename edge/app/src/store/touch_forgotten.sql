-- Orders for which nobody was ever sent to pay.
INSERT INTO order_touched (tenant_id, order_id)
SELECT tenant_id, id FROM orders INDEXED BY order_by_expiry
WHERE tenant_id = ?1 AND status = 'pending' AND session_id IS NULL AND payment_id IS NULL AND expires_at_ms <= ?2
LIMIT 100
ON CONFLICT DO NOTHING
