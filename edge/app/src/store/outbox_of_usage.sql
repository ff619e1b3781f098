-- What Stripe must hear of usage that this very request has recorded. The request's id makes a
-- repetition harmless at Stripe, where the identifiers of all accounts are one's own. What was drawn from
-- extras is paid for: Stripe bills the rest, and hears nothing where there is none.
INSERT INTO outbox (tenant_id, kind, key, account_id, body, next_at_ms)
SELECT event.tenant_id, 'meter', event.request_id, event.account_id,
  json_object('event_name', event.meter, 'customer', subscription.customer_id, 'value', event.quantity - event.from_extra,
    'at', event.used_at_ms, 'identifier', event.request_id), ?5
FROM usage_event AS event
JOIN subscription ON subscription.tenant_id = event.tenant_id AND subscription.id = event.subscription_id
WHERE event.tenant_id = ?1 AND event.account_id = ?2 AND event.identifier = ?3 AND event.request_id = ?4
  AND event.quantity > event.from_extra
ON CONFLICT (tenant_id, kind, key) DO NOTHING
RETURNING kind, key, account_id, body, version
