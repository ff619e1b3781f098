-- What was used, once by its identifier, while the subscription runs. What the window's own capacity
-- does not cover is drawn from extras that have not expired; the trigger draws it.
INSERT INTO usage_event (tenant_id, account_id, identifier, request_id, subscription_id, meter, quantity, window_start_ms, used_at_ms, is_dated, used_after, capacity_then, created_at_ms, from_extra, extra_used_after, extra_left)
SELECT tenant_id, ?5, ?6, ?7, subscription_id, meter, ?8, start_ms, ?9, ?10, used + ?8, capacity, ?11,
  drawn, extra_used + drawn, min(bought - drawn, 9007199254740991)
FROM (
  SELECT span.*, extra.bought, min(max(0, ?8 - max(0, span.capacity - (span.used - span.extra_used))), extra.bought) AS drawn
  FROM usage_window AS span
  JOIN subscription ON subscription.tenant_id = span.tenant_id AND subscription.id = span.subscription_id
  CROSS JOIN (
    SELECT coalesce(sum(quantity), 0) AS bought FROM usage_extra_left
    WHERE tenant_id = ?1 AND account_id = ?5 AND meter = ?3 AND coalesce(expires_at_ms > ?11, 1)) AS extra
  WHERE span.tenant_id = ?1 AND span.subscription_id = ?2 AND span.meter = ?3 AND span.start_ms = ?4
    AND subscription.status IN ('active', 'trialing', 'past_due'))
WHERE true
ON CONFLICT (tenant_id, account_id, identifier) DO NOTHING
