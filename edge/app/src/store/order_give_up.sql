-- The order comes to nothing, if it is paid by what it was known to be paid by.
UPDATE orders SET status = 'cancelled'
WHERE tenant_id = ?1 AND id = ?2 AND status = 'pending' AND session_id IS ?3 AND payment_id IS ?4
