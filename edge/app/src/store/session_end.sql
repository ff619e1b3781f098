UPDATE session SET ended_at_ms = ?4, ended_by = ?5, tokens = NULL
WHERE tenant_id = ?1 AND account_id = ?2 AND id = ?3 AND ended_at_ms IS NULL
RETURNING id
