-- A cart that is nobody's becomes an account's.
UPDATE cart SET account_id = ?3 WHERE tenant_id = ?1 AND id = ?2 AND account_id IS NULL
