-- What was paid back of an invoice: of an order that is paid once, all that was paid back of it.
SELECT refund.id, refund.amount_minor, refund.currency, refund.status, refund.created_at_ms
FROM invoice
CROSS JOIN orders ON orders.tenant_id = ?1 AND orders.id = invoice.order_id
CROSS JOIN payment INDEXED BY payment_by_order ON payment.tenant_id = ?1 AND payment.order_id = orders.id
  AND (orders.mode = 'payment' OR payment.id = invoice.payment_id)
CROSS JOIN refund INDEXED BY refund_by_payment ON refund.tenant_id = ?1 AND refund.payment_id = payment.id
WHERE invoice.tenant_id = ?1 AND invoice.id = ?2
ORDER BY refund.created_at_ms, refund.id
