-- A coupon, and how often an account has used it. ?3 is NULL where nobody is known.
SELECT code, kind, value, currency, details, used, max_uses, max_per_account, valid_from_ms,
  valid_until_ms, created_at_ms, archived_at_ms,
  (SELECT count(*) FROM coupon_use INDEXED BY coupon_use_by_account
    WHERE coupon_use.tenant_id = ?1 AND coupon_use.code = coupon.code
      AND account_id = ?3 AND returned_at_ms IS NULL)
FROM coupon
WHERE tenant_id = ?1 AND code = ?2
