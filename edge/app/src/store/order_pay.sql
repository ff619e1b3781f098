-- The order is paid by its own session, or by one that was made before it could be remembered.
UPDATE orders SET status = 'paid', paid_at_ms = ?4, session_id = ?3
WHERE tenant_id = ?1 AND id = ?2 AND status <> 'paid' AND coalesce(session_id, ?3) = ?3
