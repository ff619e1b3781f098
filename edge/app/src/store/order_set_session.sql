UPDATE orders SET session_id = ?3, session_url = ?4 WHERE tenant_id = ?1 AND id = ?2 AND session_id IS NULL
RETURNING id, session_id, payment_id, status
