-- Orders for which nobody was ever sent to pay.
UPDATE orders SET status = 'cancelled'
WHERE tenant_id = ?1 AND status = 'pending' AND session_id IS NULL AND payment_id IS NULL AND expires_at_ms <= ?2
