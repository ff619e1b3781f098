-- Changes a cart: its market, where one is given; its coupon, where ?5 says so.
UPDATE cart SET
  market = coalesce(?4, market),
  coupon = CASE WHEN ?5 = 1 THEN ?6 ELSE coupon END,
  changed_at_ms = ?7
WHERE tenant_id = ?1 AND id = ?2 AND (account_id IS NULL OR account_id = ?3)
RETURNING id
