UPDATE outbox SET attempts = attempts + 1, next_at_ms = ?4, problem = ?5
WHERE tenant_id = ?1 AND kind = ?2 AND key = ?3
