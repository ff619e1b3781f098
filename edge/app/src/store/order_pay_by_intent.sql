-- An order without a page of Stripe's is paid when its payment is.
UPDATE orders SET status = 'paid', paid_at_ms = ?4
WHERE tenant_id = ?1 AND id = ?2 AND payment_id = ?3 AND status <> 'paid' AND session_id IS NULL AND EXISTS (
  SELECT 1 FROM payment
  WHERE payment.tenant_id = ?1 AND payment.id = ?3 AND payment.rank >= ?5
    AND payment.amount_minor = orders.total_minor AND payment.currency = orders.currency)
