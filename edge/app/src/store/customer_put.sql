-- One that Stripe has no more is followed by another, once.
INSERT INTO stripe_customer (tenant_id, account_id, livemode, connected, id, created_at_ms) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
ON CONFLICT (tenant_id, account_id, livemode, connected) DO UPDATE SET
  id = excluded.id, created_at_ms = excluded.created_at_ms
WHERE id = ?7
