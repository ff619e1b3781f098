-- A coupon counts no more.
UPDATE coupon SET archived_at_ms = ?3
WHERE tenant_id = ?1 AND code = ?2 AND archived_at_ms IS NULL
RETURNING code
