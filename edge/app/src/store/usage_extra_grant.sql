-- What paid orders add to meters, and what of it goes back with the money: in proportion, rounded down,
-- and all of it when all of the money does. Only what is not used can go back; the rest is owed. The
-- same is true however often and in which order this is told.
--
-- The product of two large numbers is taken apart, since it would be beyond 64 bits: of more than
-- 3,000,000,000 minor units the share is by floating point, and so one off at most.
INSERT INTO usage_extra (tenant_id, order_id, item, account_id, meter, granted, returned, granted_at_ms, expires_at_ms)
SELECT tenant_id, order_id, item, account_id, meter, bought,
  CASE
    WHEN back <= 0 THEN 0
    WHEN back >= paid THEN bought
    ELSE min(bought, bought / paid * back + CAST(bought % paid * back / paid AS INTEGER))
  END,
  paid_at_ms, paid_at_ms + lifetime_ms
FROM (
  SELECT orders.tenant_id, orders.id AS order_id, item.n AS item, orders.account_id, item.meter,
    item.capacity * item.units * line.quantity AS bought, orders.paid_at_ms, item.lifetime_ms,
    coalesce(payment.amount_minor, 0) AS paid, coalesce(payment.refunded_minor + payment.lost_minor, 0) AS back
  FROM order_touched AS touched
  CROSS JOIN orders ON orders.tenant_id = ?1 AND orders.id = touched.order_id
  CROSS JOIN order_item AS item ON item.tenant_id = ?1 AND item.order_id = orders.id
  CROSS JOIN order_line AS line ON line.tenant_id = ?1 AND line.order_id = orders.id AND line.n = item.line
  LEFT JOIN payment ON payment.tenant_id = ?1 AND payment.id = orders.payment_id
  WHERE touched.tenant_id = ?1 AND orders.status = 'paid' AND item.kind = 'token_pack' AND item.meter IS NOT NULL)
WHERE true
ON CONFLICT (tenant_id, order_id, item) DO UPDATE SET
  granted = max(excluded.granted, used),
  returned = min(excluded.returned, max(excluded.granted - used, 0)),
  owed = max(excluded.returned + used - excluded.granted, 0)
