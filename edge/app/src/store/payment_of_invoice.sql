-- The payment of an invoice, which says itself only who pays.
INSERT INTO payment (tenant_id, id, order_id, invoice_id, account_id, currency, amount_minor, rank, created_at_ms)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)
ON CONFLICT (tenant_id, id) DO UPDATE SET
  order_id = coalesce(order_id, excluded.order_id), invoice_id = coalesce(invoice_id, excluded.invoice_id),
  account_id = coalesce(account_id, excluded.account_id),
  amount_minor = iif(rank >= excluded.rank, amount_minor, excluded.amount_minor), rank = max(rank, excluded.rank)
