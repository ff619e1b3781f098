-- The coupon of a cart, and how often an account has used it. ?3 is NULL where nobody is known. What
-- was begun with the cart itself and is not paid does not count.
SELECT coupon.code, kind, value, currency, details, used - own.uses, max_uses, max_per_account, valid_from_ms,
  valid_until_ms, coupon.created_at_ms, archived_at_ms,
  (SELECT count(*) FROM coupon_use INDEXED BY coupon_use_by_account
    WHERE coupon_use.tenant_id = ?1 AND coupon_use.code = coupon.code
      AND coupon_use.account_id = ?3 AND returned_at_ms IS NULL) - own.uses
FROM cart JOIN coupon ON coupon.tenant_id = ?1 AND coupon.code = cart.coupon
  CROSS JOIN (
    SELECT count(*) AS uses
    FROM orders INDEXED BY order_unpaid_by_cart
    CROSS JOIN cart ON cart.tenant_id = ?1 AND cart.id = ?2
    CROSS JOIN coupon_use ON coupon_use.tenant_id = ?1 AND coupon_use.code = cart.coupon AND coupon_use.order_id = orders.id
    WHERE orders.tenant_id = ?1 AND orders.cart_id = ?2 AND orders.status = 'pending'
      AND returned_at_ms IS NULL) AS own
WHERE cart.tenant_id = ?1 AND cart.id = ?2
