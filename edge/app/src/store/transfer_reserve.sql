-- Sets an amount aside until a moment.
INSERT INTO transfer (tenant_id, account_id, id, kind, asset, debit, credit, amount, source, source_id, created_at_ms, expires_at_ms)
VALUES (?1, ?2, ?3, 'reserve', ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)
