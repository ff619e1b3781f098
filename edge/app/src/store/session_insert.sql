INSERT INTO session (tenant_id, account_id, id, session_hash, current_hash, device, roles, tokens,
  access_until_ms, rotated_at_ms, created_at_ms, seen_at_ms, ends_at_ms)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?10, ?10, ?11)
