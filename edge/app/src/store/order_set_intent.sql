-- Remembers the payment of an order without a page of Stripe's, unless it is paid for in another way.
UPDATE orders SET payment_id = ?3
WHERE tenant_id = ?1 AND id = ?2 AND session_id IS NULL AND coalesce(payment_id, ?3) = ?3
RETURNING status
