SELECT kind, subject, details, created_at_ms FROM alert INDEXED BY alert_by_time
WHERE tenant_id = ?1 AND created_at_ms <= ?2 AND (created_at_ms, kind, subject) < (?2, ?3, ?4)
ORDER BY created_at_ms DESC, kind DESC, subject DESC
LIMIT ?5
