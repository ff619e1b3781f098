-- The order that a payment is for, by itself or by way of its invoice.
INSERT INTO order_touched (tenant_id, order_id)
SELECT payment.tenant_id, coalesce(payment.order_id, invoice.order_id)
FROM payment LEFT JOIN invoice ON invoice.tenant_id = ?1 AND invoice.id = payment.invoice_id
WHERE payment.tenant_id = ?1 AND payment.id = ?2 AND coalesce(payment.order_id, invoice.order_id) IS NOT NULL
ON CONFLICT DO NOTHING
