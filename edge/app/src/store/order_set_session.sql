-- Remembers where the buyer pays, unless the order is paid for in another way.
UPDATE orders SET session_id = ?3, session_url = ?4
WHERE tenant_id = ?1 AND id = ?2 AND coalesce(session_id, ?3) = ?3 AND (session_id IS NOT NULL OR payment_id IS NULL)
RETURNING status
