-- The next generation, with what the issuer has granted.
UPDATE session SET generation = generation + 1, previous_hash = ?6, current_hash = ?7, rotated_at_ms = ?8,
  confirmed_at_ms = NULL, access_until_ms = ?9, attempts = 0, lease_until_ms = NULL, tokens = ?10,
  roles = coalesce(?11, roles)
WHERE tenant_id = ?1 AND account_id = ?2 AND id = ?3 AND generation = ?4 AND ended_at_ms IS NULL
  AND lease_until_ms = ?5
RETURNING id
