-- A subscription as Stripe told it at `told_at_ms`. One that has ended stays so.
INSERT INTO subscription (tenant_id, id, account_id, order_id, customer_id, status, rank, quantity, item_id, period_start_ms, period_end_ms, cancel_at_period_end, told_at_ms, created_at_ms)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)
ON CONFLICT (tenant_id, id) DO UPDATE SET
  status = excluded.status, rank = excluded.rank, quantity = excluded.quantity, item_id = excluded.item_id,
  period_start_ms = excluded.period_start_ms, period_end_ms = excluded.period_end_ms,
  cancel_at_period_end = excluded.cancel_at_period_end, told_at_ms = max(told_at_ms, excluded.told_at_ms)
WHERE (excluded.rank, excluded.told_at_ms) >= (subscription.rank, subscription.told_at_ms)
