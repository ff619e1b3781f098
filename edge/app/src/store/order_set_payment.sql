UPDATE orders SET payment_id = ?3 WHERE tenant_id = ?1 AND id = ?2 AND payment_id IS NULL
