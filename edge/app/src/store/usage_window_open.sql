-- A window of a meter, once, with the capacity that is subscribed to at this moment.
INSERT INTO usage_window (tenant_id, subscription_id, meter, start_ms, end_ms, zone, capacity, hard, changed_at_ms)
SELECT subscription.tenant_id, subscription.id, item.meter, ?4, ?5, ?6,
  min(item.capacity * subscription.quantity, 9007199254740991), item.meter_hard, ?7
FROM subscription
JOIN order_item AS item ON item.tenant_id = subscription.tenant_id AND item.order_id = subscription.order_id
WHERE subscription.tenant_id = ?1 AND subscription.id = ?2 AND item.meter = ?3
ORDER BY item.n
LIMIT 1
ON CONFLICT (tenant_id, subscription_id, meter, start_ms) DO NOTHING
