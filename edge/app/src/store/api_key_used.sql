UPDATE api_key SET used_at_ms = ?3 WHERE tenant_id = ?1 AND id = ?2
