-- The subscriptions of an account, newest first, each with its meters, the windows that run, and
-- what is left of the account's extras.
SELECT subscription.id, line.product_id, line.name, subscription.status, subscription.quantity,
  subscription.period_start_ms, subscription.period_end_ms, subscription.cancel_at_period_end, (
    SELECT json_group_array(json_object(
      'meter', item.meter, 'period', item.meter_period, 'hard', json(iif(item.meter_hard, 'true', 'false')),
      'capacity', coalesce(span.capacity, min(item.capacity * subscription.quantity, 9007199254740991)),
      'used', coalesce(span.used, 0), 'extra_used', coalesce(span.extra_used, 0), 'extra', (
        SELECT min(coalesce(sum(quantity), 0), 9007199254740991) FROM usage_extra_left
        WHERE tenant_id = ?1 AND account_id = ?2 AND meter = item.meter AND coalesce(expires_at_ms > ?3, 1)),
      'start_ms', span.start_ms, 'end_ms', span.end_ms, 'zone', span.zone))
    FROM order_item AS item
    LEFT JOIN usage_window AS span
      ON span.tenant_id = item.tenant_id AND span.subscription_id = subscription.id AND span.meter = item.meter
        AND span.start_ms <= ?3 AND span.end_ms > ?3
    WHERE item.tenant_id = subscription.tenant_id AND item.order_id = subscription.order_id AND item.meter IS NOT NULL),
  line.unit_minor, orders.currency, json_extract(quote.record, '$.interval')
FROM subscription INDEXED BY subscription_by_account
LEFT JOIN order_item AS plan ON plan.tenant_id = subscription.tenant_id AND plan.order_id = subscription.order_id
  AND plan.n = (
    SELECT min(n) FROM order_item
    WHERE tenant_id = subscription.tenant_id AND order_id = subscription.order_id AND kind = 'subscription')
LEFT JOIN order_line AS line
  ON line.tenant_id = plan.tenant_id AND line.order_id = plan.order_id AND line.n = plan.line
LEFT JOIN orders ON orders.tenant_id = subscription.tenant_id AND orders.id = subscription.order_id
LEFT JOIN quote ON quote.tenant_id = orders.tenant_id AND quote.id = orders.quote_id
WHERE subscription.tenant_id = ?1 AND subscription.account_id = ?2
ORDER BY subscription.order_id DESC, subscription.id DESC
LIMIT ?4
