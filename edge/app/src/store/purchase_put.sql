-- What is known of a purchase now. A message that was heard before is refused.
INSERT INTO token_purchase (tenant_id, account_id, key, version, credited, taken, owed, covered)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
ON CONFLICT (tenant_id, account_id, key) DO UPDATE SET
  version = excluded.version, credited = excluded.credited, taken = excluded.taken, owed = excluded.owed,
  covered = excluded.covered
