-- What was used, once by its identifier, while the subscription runs.
INSERT INTO usage_event (tenant_id, account_id, identifier, request_id, subscription_id, meter, quantity, window_start_ms, used_at_ms, is_dated, used_after, capacity_then, created_at_ms)
SELECT span.tenant_id, ?5, ?6, ?7, span.subscription_id, span.meter, ?8, span.start_ms, ?9, ?10, span.used + ?8, span.capacity, ?11
FROM usage_window AS span
JOIN subscription ON subscription.tenant_id = span.tenant_id AND subscription.id = span.subscription_id
WHERE span.tenant_id = ?1 AND span.subscription_id = ?2 AND span.meter = ?3 AND span.start_ms = ?4
  AND subscription.status IN ('active', 'trialing', 'past_due')
ON CONFLICT (tenant_id, account_id, identifier) DO NOTHING
