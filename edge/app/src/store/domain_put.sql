-- Gives a host to a tenant, unless another one has it.
INSERT INTO domain (host, tenant_id, created_at_ms)
SELECT ?1, ?2, ?3 WHERE EXISTS (SELECT 1 FROM tenant WHERE id = ?2)
ON CONFLICT (host) DO NOTHING
