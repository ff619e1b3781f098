INSERT INTO orders (tenant_id, id, account_id, quote_id, cart_id, mode, currency, subtotal_minor, discount_minor, total_minor, coupon, livemode, created_at_ms, expires_at_ms)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)
