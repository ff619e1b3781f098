-- What an account can do, as Stripe told it at `told_at_ms`. What was told later stays.
INSERT INTO connected_account (tenant_id, id, charges_enabled, payouts_enabled, requirements, disabled_reason, could_charge, told_at_ms, event_at_ms, event_id, changed_at_ms)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?3, ?7, ?8, ?9, ?10)
ON CONFLICT (tenant_id, id) DO UPDATE SET
  charges_enabled = excluded.charges_enabled, payouts_enabled = excluded.payouts_enabled,
  requirements = excluded.requirements, disabled_reason = excluded.disabled_reason,
  could_charge = max(could_charge, excluded.could_charge), told_at_ms = excluded.told_at_ms,
  event_at_ms = excluded.event_at_ms, event_id = excluded.event_id, changed_at_ms = excluded.changed_at_ms
WHERE (excluded.told_at_ms, excluded.event_at_ms, excluded.event_id) > (connected_account.told_at_ms, connected_account.event_at_ms, connected_account.event_id)
