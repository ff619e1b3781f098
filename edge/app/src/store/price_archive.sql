-- A price counts no more.
UPDATE price SET archived_at_ms = ?3
WHERE tenant_id = ?1 AND id = ?2 AND archived_at_ms IS NULL
RETURNING id
