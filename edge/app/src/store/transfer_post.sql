-- Posts an amount once for each source.
INSERT INTO transfer (tenant_id, account_id, id, kind, asset, debit, credit, amount, source, source_id, created_at_ms)
VALUES (?1, ?2, ?3, 'post', ?4, ?5, ?6, ?7, ?8, ?9, ?10)
ON CONFLICT (tenant_id, account_id, source, source_id, asset, kind) DO NOTHING
