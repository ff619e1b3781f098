DELETE FROM membership WHERE tenant_id = ?1 AND account_id = ?2 AND role = ?3 RETURNING role
