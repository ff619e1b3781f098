-- The newest running subscription of an account that has a meter, how it counts, and the windows
-- around a moment: the one that began last, and when the next begins.
SELECT subscription.id, item.meter_period, subscription.period_start_ms, subscription.period_end_ms,
  past.start_ms, past.end_ms,
  (SELECT min(start_ms) FROM usage_window
    WHERE tenant_id = subscription.tenant_id AND subscription_id = subscription.id AND meter = ?3 AND start_ms > ?4)
FROM subscription INDEXED BY subscription_by_account
JOIN order_item AS item ON item.tenant_id = subscription.tenant_id AND item.order_id = subscription.order_id
LEFT JOIN usage_window AS past
  ON past.tenant_id = subscription.tenant_id AND past.subscription_id = subscription.id AND past.meter = ?3
    AND past.start_ms = (
      SELECT max(start_ms) FROM usage_window
      WHERE tenant_id = subscription.tenant_id AND subscription_id = subscription.id AND meter = ?3 AND start_ms <= ?4)
WHERE subscription.tenant_id = ?1 AND subscription.account_id = ?2 AND item.meter = ?3
  AND subscription.status IN ('active', 'trialing', 'past_due')
ORDER BY subscription.order_id DESC, subscription.id DESC, item.n
LIMIT 1
