-- What the accounts must hear of a plan of which there came to be more within its period: as much of its
-- tokens as of its price was paid, in all such invoices of the period together, so that what was credited
-- for less in between counts too. They are about nothing else.
INSERT INTO outbox (tenant_id, kind, key, account_id, body)
SELECT tenant_id, 'tokens', order_id || '/' || n || '/' || period_end_ms, account_id,
  json_object(
    'bought', tokens / unit_minor * max(0, sum(net)) + tokens % unit_minor * max(0, sum(net)) / unit_minor,
    'paid_minor', sum(paid_minor),
    'returned_minor', sum(returned_minor),
    'is_plan', json('true'),
    'expires_at_ms', period_end_ms)
FROM (
  SELECT orders.tenant_id, orders.id AS order_id, orders.account_id, item.n, item.tokens, bill.unit_minor,
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
    AND invoice.lines <> '[]'
    AND NOT EXISTS (SELECT 1 FROM json_each(invoice.lines) AS line WHERE NOT (line.value ->> 'is_proration')))
GROUP BY tenant_id, order_id, account_id, n, tokens, unit_minor, period_end_ms
HAVING max(net) > 0
ON CONFLICT (tenant_id, kind, key) DO UPDATE SET
  body = excluded.body, version = version + 1, attempts = 0, next_at_ms = 0
WHERE body <> excluded.body
