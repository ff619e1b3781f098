-- Moves a caller's theoretical arrival time by one interval, or breaks `rate_limited`.
INSERT INTO rate (tenant_id, account_id, key, tat_us, now_us, burst_us)
VALUES (?1, ?2, ?3, ?4 + ?5, ?4, ?6)
ON CONFLICT (tenant_id, account_id, key) DO UPDATE SET
  tat_us = max(tat_us, excluded.now_us) + ?5,
  now_us = excluded.now_us,
  burst_us = excluded.burst_us
RETURNING tat_us
