-- One request takes it upon itself to ask the issuer. One row for the one that got it.
UPDATE session SET lease_until_ms = ?6, attempts = attempts + 1,
  confirmed_at_ms = iif(current_hash = ?7, coalesce(confirmed_at_ms, ?8), NULL)
WHERE tenant_id = ?1 AND account_id = ?2 AND id = ?3 AND generation = ?4 AND ended_at_ms IS NULL
  AND lease_until_ms IS ?5
RETURNING id
