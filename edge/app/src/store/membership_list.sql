SELECT role, min(created_at_ms) FROM membership
WHERE tenant_id = ?1 AND account_id = ?2 AND removed_at_ms IS NULL
GROUP BY role ORDER BY role LIMIT ?3
