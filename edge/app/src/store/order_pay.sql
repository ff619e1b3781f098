UPDATE orders SET status = 'paid', paid_at_ms = ?3 WHERE tenant_id = ?1 AND id = ?2 AND status <> 'paid'
