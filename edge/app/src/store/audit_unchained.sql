-- How many entries are older than the chain, of which not more than so many are counted.
SELECT count(*) FROM (
  SELECT 1 FROM audit INDEXED BY audit_unchained WHERE tenant_id = ?1 AND seq IS NULL LIMIT ?2
)
