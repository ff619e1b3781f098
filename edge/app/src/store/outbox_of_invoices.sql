-- What the accounts must hear of the periods of a plan that were paid for, one message a line.
INSERT INTO outbox (tenant_id, kind, key, account_id, body)
SELECT invoice.tenant_id, 'tokens', line.value ->> 'id', orders.account_id,
  json_object(
    'bought', item.tokens * (line.value ->> 'quantity'),
    'paid_minor', coalesce(payment.amount_minor, 0),
    'returned_minor', coalesce(payment.refunded_minor + payment.lost_minor, 0),
    'is_plan', json('true'),
    'expires_at_ms', line.value ->> 'period_end_ms')
FROM order_touched AS touched
CROSS JOIN orders ON orders.tenant_id = ?1 AND orders.id = touched.order_id
CROSS JOIN invoice INDEXED BY invoice_by_order ON invoice.tenant_id = ?1 AND invoice.order_id = orders.id
CROSS JOIN json_each(invoice.lines) AS line
CROSS JOIN order_item AS item ON item.tenant_id = ?1 AND item.order_id = orders.id
LEFT JOIN payment ON payment.tenant_id = ?1 AND payment.id = invoice.payment_id
WHERE touched.tenant_id = ?1 AND orders.mode = 'subscription' AND invoice.status = 'paid'
  AND item.kind = 'subscription' AND item.tokens > 0 AND NOT (line.value ->> 'is_proration')
ON CONFLICT (tenant_id, kind, key) DO UPDATE SET
  body = excluded.body, version = version + 1, attempts = 0, next_at_ms = 0
WHERE body <> excluded.body
