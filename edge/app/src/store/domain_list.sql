SELECT host, created_at_ms FROM domain WHERE tenant_id = ?1 ORDER BY host LIMIT ?2
