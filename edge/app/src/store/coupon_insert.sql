-- A new coupon, if its code is free.
INSERT INTO coupon (tenant_id, code, kind, value, currency, details, max_uses, max_per_account,
  valid_from_ms, valid_until_ms, created_at_ms)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)
ON CONFLICT (tenant_id, code) DO NOTHING
RETURNING code
