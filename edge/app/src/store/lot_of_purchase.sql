-- When the tokens of a purchase end, and whether they are a plan's. What is given again after that,
-- because money did not go back after all, had been taken from other tokens, and does not end.
UPDATE token_lot SET rank = ?4, expires_at_ms = ?5
WHERE tenant_id = ?1 AND account_id = ?2 AND source_id = ?3
  AND (source = 'purchase' OR (source = 'restored' AND ?5 > ?6))
