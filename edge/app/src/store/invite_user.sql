SELECT account_id FROM invite_use WHERE tenant_id = ?1 AND id = ?2
