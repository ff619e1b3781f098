SELECT s.id, s.generation, s.current_hash, s.previous_hash, s.rotated_at_ms, s.confirmed_at_ms, s.access_until_ms,
  s.attempts, s.lease_until_ms, s.ended_at_ms, s.roles, s.tokens, s.created_at_ms, s.seen_at_ms,
  p.name, p.email, p.locale, p.issuer, p.subject, coalesce(p.email_verified, 0), s.ends_at_ms,
  (SELECT json_group_array(DISTINCT m.role) FROM membership AS m
   WHERE m.tenant_id = s.tenant_id AND m.account_id = s.account_id AND m.removed_at_ms IS NULL)
FROM session AS s LEFT JOIN person AS p ON p.tenant_id = s.tenant_id AND p.account_id = s.account_id
WHERE s.tenant_id = ?1 AND s.account_id = ?2 AND s.session_hash = ?3
