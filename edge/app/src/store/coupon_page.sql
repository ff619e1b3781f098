-- The coupons behind one, by code.
SELECT code, kind, value, currency, details, used, max_uses, max_per_account, valid_from_ms,
  valid_until_ms, created_at_ms, archived_at_ms
FROM coupon
WHERE tenant_id = ?1 AND code > ?2
ORDER BY code
LIMIT ?3
