INSERT INTO order_item (tenant_id, order_id, line, n, product_id, kind, units, tokens, lifetime_ms, device_max, use_max, licence, meter, capacity, meter_hard, meter_period)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16)
