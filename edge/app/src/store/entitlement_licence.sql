-- Writes down that the licences of some rights were accepted, a JSON list of their ids. The first
-- time counts.
UPDATE entitlement SET licensed_at_ms = ?4
WHERE tenant_id = ?1 AND account_id = ?2 AND id IN (SELECT value FROM json_each(?3))
  AND licence IS NOT NULL AND licensed_at_ms IS NULL
