-- When the tokens of a purchase end, and whether they are a plan's.
UPDATE token_lot SET rank = ?4, expires_at_ms = ?5
WHERE tenant_id = ?1 AND account_id = ?2 AND source_id = ?3 AND source IN ('purchase', 'restored')
