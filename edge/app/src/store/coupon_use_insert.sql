INSERT INTO coupon_use (tenant_id, code, order_id, account_id, used_at_ms) VALUES (?1, ?2, ?3, ?4, ?5)
