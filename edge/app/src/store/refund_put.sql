INSERT INTO refund (tenant_id, id, payment_id, amount_minor, currency, status, rank, reason, created_at_ms)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)
ON CONFLICT (tenant_id, id) DO UPDATE SET
  status = iif(excluded.rank > rank, excluded.status, status), rank = max(rank, excluded.rank)
