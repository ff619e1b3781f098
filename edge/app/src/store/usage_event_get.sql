-- What was recorded under an identifier.
SELECT event.request_id, event.meter, event.quantity, event.used_at_ms, event.is_dated, event.used_after,
  event.capacity_then, span.start_ms, span.end_ms, span.zone, event.extra_used_after, event.extra_left
FROM usage_event AS event
JOIN usage_window AS span
  ON span.tenant_id = event.tenant_id AND span.subscription_id = event.subscription_id
    AND span.meter = event.meter AND span.start_ms = event.window_start_ms
WHERE event.tenant_id = ?1 AND event.account_id = ?2 AND event.identifier = ?3
