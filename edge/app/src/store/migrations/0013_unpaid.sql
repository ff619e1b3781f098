-- Whoever begins to pay for a cart again lets go of what was begun before.
CREATE INDEX order_unpaid_by_cart ON orders (tenant_id, cart_id) WHERE status = 'pending';

-- What is set aside for a cart itself is not gone for it.
CREATE VIEW cart_hold AS
  SELECT orders.tenant_id, orders.cart_id, stock_hold.product_id, stock_hold.quantity
  FROM orders INDEXED BY order_unpaid_by_cart
  CROSS JOIN stock_hold ON stock_hold.tenant_id = orders.tenant_id AND stock_hold.order_id = orders.id
  WHERE orders.status = 'pending' AND stock_hold.state = 'held';
