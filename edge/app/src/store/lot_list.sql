-- What the wallet is made of, in the order in which it is spent.
SELECT id, rank, left_tokens, expires_at_ms, source
FROM token_lot
WHERE tenant_id = ?1 AND account_id = ?2 AND left_tokens > 0
ORDER BY rank, coalesce(expires_at_ms, 9007199254740991), id
LIMIT 100
