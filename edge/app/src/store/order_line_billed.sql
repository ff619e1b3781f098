-- What Stripe has billed for a line: its buyer may have changed the quantity. A line with a discount
-- is sold in one piece, and its quantity is what it was.
UPDATE order_line SET quantity = iif(discount_minor > 0, quantity, ?4), total_minor = ?5, tax_minor = ?6
WHERE tenant_id = ?1 AND order_id = ?2 AND n = ?3
