UPDATE subscription SET changing_until_ms = 0 WHERE tenant_id = ?1 AND id = ?2 AND changing_until_ms = ?3
