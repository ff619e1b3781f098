INSERT INTO order_tax (tenant_id, order_id, n, label, country, percentage, inclusive, amount_minor)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
ON CONFLICT (tenant_id, order_id, n) DO UPDATE SET
  label = excluded.label, country = excluded.country, percentage = excluded.percentage,
  inclusive = excluded.inclusive, amount_minor = excluded.amount_minor
