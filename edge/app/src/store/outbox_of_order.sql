-- What the accounts must hear of an order's token packs: what was paid for, and how much of the
-- money went back. A purchase is known by its payment, and waits until that is known, unless there was
-- nothing to pay.
INSERT INTO outbox (tenant_id, kind, key, account_id, body)
SELECT orders.tenant_id, 'tokens', coalesce(orders.payment_id, orders.id) || '/' || item.n, orders.account_id,
  json_object(
    'bought', item.tokens * line.quantity,
    'paid_minor', coalesce(payment.amount_minor, 0),
    'returned_minor', coalesce(payment.refunded_minor + payment.lost_minor, 0),
    'is_plan', json('false'),
    'expires_at_ms', orders.paid_at_ms + item.lifetime_ms)
FROM order_touched AS touched
CROSS JOIN orders ON orders.tenant_id = ?1 AND orders.id = touched.order_id
CROSS JOIN order_item AS item ON item.tenant_id = ?1 AND item.order_id = orders.id
CROSS JOIN order_line AS line ON line.tenant_id = ?1 AND line.order_id = orders.id AND line.n = item.line
LEFT JOIN payment ON payment.tenant_id = ?1 AND payment.id = orders.payment_id
WHERE touched.tenant_id = ?1 AND orders.status = 'paid' AND item.kind = 'token_pack' AND item.tokens > 0
  AND (orders.payment_id IS NOT NULL OR orders.total_minor = 0)
ON CONFLICT (tenant_id, kind, key) DO UPDATE SET
  body = excluded.body, version = version + 1, attempts = 0, next_at_ms = 0
WHERE body <> excluded.body
