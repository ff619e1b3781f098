UPDATE session SET seen_at_ms = ?4 WHERE tenant_id = ?1 AND account_id = ?2 AND id = ?3 AND seen_at_ms < ?4
