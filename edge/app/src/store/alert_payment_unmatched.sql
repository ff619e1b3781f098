-- Somebody paid for an order by something other than what it was paid by: a person must see to it.
INSERT INTO alert (tenant_id, kind, subject, details, created_at_ms)
SELECT payment.tenant_id, 'payment_unmatched', payment.id, json_object('order', payment.order_id), ?2
FROM order_touched AS touched
CROSS JOIN orders ON orders.tenant_id = ?1 AND orders.id = touched.order_id
CROSS JOIN payment ON payment.tenant_id = ?1 AND payment.order_id = orders.id
WHERE touched.tenant_id = ?1 AND orders.mode = 'payment' AND orders.status = 'paid' AND payment.rank >= ?3
  AND payment.id <> orders.payment_id
ON CONFLICT DO NOTHING
