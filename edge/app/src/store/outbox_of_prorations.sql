-- What the accounts must hear of a plan of which there came to be more within its period: as much of its
-- tokens as of its price was paid. Such an invoice is about nothing else.
INSERT INTO outbox (tenant_id, kind, key, account_id, body)
SELECT tenant_id, 'tokens', key, account_id,
  json_object(
    'bought', tokens / unit_minor * net + tokens % unit_minor * net / unit_minor,
    'paid_minor', paid_minor,
    'returned_minor', returned_minor,
    'is_plan', json('true'),
    'expires_at_ms', period_end_ms)
FROM (
  SELECT invoice.tenant_id, invoice.id || '/' || item.n AS key, orders.account_id, item.tokens, bill.unit_minor,
    coalesce(payment.amount_minor, 0) AS paid_minor,
    coalesce(payment.refunded_minor + payment.lost_minor, 0) AS returned_minor,
    (SELECT sum(line.value ->> 'amount_minor') FROM json_each(invoice.lines) AS line) AS net,
    (SELECT max(line.value ->> 'period_end_ms') FROM json_each(invoice.lines) AS line) AS period_end_ms
  FROM order_touched AS touched
  CROSS JOIN orders ON orders.tenant_id = ?1 AND orders.id = touched.order_id
  CROSS JOIN invoice INDEXED BY invoice_by_order ON invoice.tenant_id = ?1 AND invoice.order_id = orders.id
  CROSS JOIN order_item AS item ON item.tenant_id = ?1 AND item.order_id = orders.id
  CROSS JOIN order_line AS bill ON bill.tenant_id = ?1 AND bill.order_id = orders.id AND bill.n = item.line
  LEFT JOIN payment ON payment.tenant_id = ?1 AND payment.id = invoice.payment_id
  WHERE touched.tenant_id = ?1 AND orders.mode = 'subscription' AND invoice.status = 'paid'
    AND item.kind = 'subscription' AND item.tokens > 0 AND bill.unit_minor > 0
    AND NOT EXISTS (SELECT 1 FROM json_each(invoice.lines) AS line WHERE NOT (line.value ->> 'is_proration')))
WHERE net > 0
ON CONFLICT (tenant_id, kind, key) DO UPDATE SET
  body = excluded.body, version = version + 1, attempts = 0, next_at_ms = 0
WHERE body <> excluded.body
