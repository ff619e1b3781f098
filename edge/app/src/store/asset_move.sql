-- Moves a file on from one of some states, a JSON list.
UPDATE asset SET status = ?3, ready_at_ms = iif(?3 = 'ready', coalesce(ready_at_ms, ?5), ready_at_ms)
WHERE tenant_id = ?1 AND id = ?2 AND status IN (SELECT value FROM json_each(?4))
