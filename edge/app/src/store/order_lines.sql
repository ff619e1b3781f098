SELECT n, product_id, name, quantity, unit_minor, discount_minor, total_minor, tax_minor
FROM order_line WHERE tenant_id = ?1 AND order_id = ?2 ORDER BY n
