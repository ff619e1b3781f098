INSERT INTO order_line (tenant_id, order_id, n, product_id, name, quantity, unit_minor, discount_minor, total_minor)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)
