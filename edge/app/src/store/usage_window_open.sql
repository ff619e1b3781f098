-- A window of a meter, once, with the capacity that is subscribed to at this moment. Where there came to
-- be more of the plan after the window began, that counts for the rest of the window only.
INSERT INTO usage_window (tenant_id, subscription_id, meter, start_ms, end_ms, zone, capacity, hard, changed_at_ms)
SELECT tenant_id, id, meter, ?4, ?5, ?6,
  min(9007199254740991, whole + more / 1000000 * share + more % 1000000 * share / 1000000), meter_hard, ?7
FROM (
  SELECT subscription.tenant_id, subscription.id, item.meter, item.meter_hard, item.n,
    min(item.capacity * min(quantity, coalesce(base_quantity, quantity)), 9007199254740991) AS whole,
    min(item.capacity * max(0, quantity - coalesce(base_quantity, quantity)), 9007199254740991) AS more,
    CAST((?5 - min(?5, max(?4, coalesce(raised_at_ms, 0)))) * 1000000 / (?5 - ?4) AS INTEGER) AS share
  FROM subscription
  JOIN order_item AS item ON item.tenant_id = subscription.tenant_id AND item.order_id = subscription.order_id
  LEFT JOIN subscription_raise AS raised ON raised.tenant_id = subscription.tenant_id AND raised.subscription_id = subscription.id
  WHERE subscription.tenant_id = ?1 AND subscription.id = ?2 AND item.meter = ?3
  ORDER BY item.n
  LIMIT 1)
WHERE true
ON CONFLICT (tenant_id, subscription_id, meter, start_ms) DO NOTHING
