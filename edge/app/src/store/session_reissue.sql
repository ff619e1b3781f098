-- Another token in place of one that its browser has not got.
UPDATE session SET generation = generation + 1, current_hash = ?6, rotated_at_ms = ?7
WHERE tenant_id = ?1 AND account_id = ?2 AND id = ?3 AND generation = ?4 AND ended_at_ms IS NULL
  AND confirmed_at_ms IS NULL AND previous_hash = ?5
RETURNING id
