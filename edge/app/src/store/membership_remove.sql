UPDATE membership SET removed_at_ms = ?4
WHERE tenant_id = ?1 AND account_id = ?2 AND role = ?3 AND removed_at_ms IS NULL
RETURNING role
