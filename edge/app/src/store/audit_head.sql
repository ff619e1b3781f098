-- The newest entry of the chain.
SELECT seq, hash FROM audit INDEXED BY audit_by_seq
WHERE tenant_id = ?1 AND seq IS NOT NULL
ORDER BY seq DESC
LIMIT 1
