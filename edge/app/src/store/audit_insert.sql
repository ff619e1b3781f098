INSERT INTO audit (tenant_id, id, actor, action, subject, request_id, created_at_ms, seq, prev_hash, hash)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)
