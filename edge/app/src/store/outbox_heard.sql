UPDATE outbox SET heard = max(heard, ?4), problem = NULL WHERE tenant_id = ?1 AND kind = ?2 AND key = ?3
