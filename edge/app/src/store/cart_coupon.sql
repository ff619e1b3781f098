-- The coupon of a cart, and how often an account has used it. ?3 is NULL where nobody is known.
SELECT coupon.code, kind, value, currency, details, used, max_uses, max_per_account, valid_from_ms,
  valid_until_ms, coupon.created_at_ms, archived_at_ms,
  (SELECT count(*) FROM coupon_use INDEXED BY coupon_use_by_account
    WHERE coupon_use.tenant_id = ?1 AND coupon_use.code = coupon.code
      AND coupon_use.account_id = ?3 AND returned_at_ms IS NULL)
FROM cart JOIN coupon ON coupon.tenant_id = ?1 AND coupon.code = cart.coupon
WHERE cart.tenant_id = ?1 AND cart.id = ?2
