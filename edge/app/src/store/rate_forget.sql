-- Forgets callers whose quota is whole again.
DELETE FROM rate WHERE tenant_id = ?1 AND account_id = ?2 AND tat_us < ?3
