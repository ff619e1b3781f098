-- What was paid back of an order's payments.
SELECT refund.id, refund.amount_minor, refund.currency, refund.status, refund.created_at_ms
FROM payment INDEXED BY payment_by_order
CROSS JOIN refund INDEXED BY refund_by_payment ON refund.tenant_id = ?1 AND refund.payment_id = payment.id
WHERE payment.tenant_id = ?1 AND payment.order_id = ?2
ORDER BY refund.created_at_ms, refund.id
