-- The newest token has been seen in use.
UPDATE session SET confirmed_at_ms = ?5
WHERE tenant_id = ?1 AND account_id = ?2 AND id = ?3 AND generation = ?4 AND confirmed_at_ms IS NULL
