SELECT label, country, percentage, inclusive, amount_minor
FROM order_tax WHERE tenant_id = ?1 AND order_id = ?2 ORDER BY n
