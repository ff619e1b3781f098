UPDATE orders SET status = 'cancelled'
WHERE tenant_id = ?1 AND id = ?2 AND status = 'pending' AND coalesce(session_id, ?3) = ?3
