SELECT role, created_at_ms FROM membership WHERE tenant_id = ?1 AND account_id = ?2 ORDER BY role LIMIT ?3
