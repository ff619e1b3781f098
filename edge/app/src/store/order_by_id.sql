SELECT orders.id, account_id, orders.mode, currency, subtotal_minor, discount_minor, tax_minor, total_minor, coupon,
  livemode, session_id, session_url, created_at_ms, expires_at_ms, paid_at_ms, order_state.state,
  order_state.payment_id, order_state.refunded_minor, order_state.lost_minor, (
    SELECT invoice.id FROM invoice INDEXED BY invoice_by_order
    WHERE invoice.tenant_id = ?1 AND invoice.order_id = orders.id AND invoice.rank > 0
    ORDER BY invoice.created_at_ms DESC, invoice.id DESC LIMIT 1)
FROM orders JOIN order_state ON order_state.tenant_id = orders.tenant_id AND order_state.order_id = orders.id
WHERE orders.tenant_id = ?1 AND orders.id = ?2
