-- What was begun with a cart before, and has not been paid.
SELECT id, session_id, payment_id FROM orders INDEXED BY order_unpaid_by_cart
WHERE tenant_id = ?1 AND cart_id = ?2 AND account_id = ?3 AND status = 'pending'
