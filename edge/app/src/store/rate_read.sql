SELECT tat_us FROM rate WHERE tenant_id = ?1 AND account_id = ?2 AND key = ?3
