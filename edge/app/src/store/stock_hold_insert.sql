-- Sets goods aside. Two lines of an order may be of the same goods, by way of a bundle: the caller
-- has added them up.
INSERT INTO stock_hold (tenant_id, order_id, product_id, quantity) VALUES (?1, ?2, ?3, ?4)
