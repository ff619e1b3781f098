-- What Stripe has billed for a line: its buyer may have changed the quantity.
UPDATE order_line SET quantity = ?4, total_minor = ?5, tax_minor = ?6
WHERE tenant_id = ?1 AND order_id = ?2 AND n = ?3
