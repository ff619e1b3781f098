INSERT INTO invoice (tenant_id, id, account_id, order_id, subscription_id, payment_id, number, status, rank, currency, subtotal_minor, tax_minor, total_minor, hosted_url, pdf_url, lines, period_start_ms, period_end_ms, livemode, created_at_ms)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20)
ON CONFLICT (tenant_id, id) DO UPDATE SET
  payment_id = coalesce(excluded.payment_id, payment_id), number = coalesce(excluded.number, number),
  status = excluded.status, rank = excluded.rank, subtotal_minor = excluded.subtotal_minor,
  tax_minor = excluded.tax_minor, total_minor = excluded.total_minor,
  hosted_url = coalesce(excluded.hosted_url, hosted_url), pdf_url = coalesce(excluded.pdf_url, pdf_url),
  lines = excluded.lines
WHERE excluded.rank >= invoice.rank
