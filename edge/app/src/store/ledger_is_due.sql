-- Whether something must happen before the ledger is read: a hold or tokens end whose time is over,
-- or a new account finds its welcome tokens.
SELECT EXISTS (
    SELECT 1 FROM open_hold WHERE tenant_id = ?1 AND account_id = ?2 AND expires_at_ms <= ?3)
  OR EXISTS (
    SELECT 1 FROM token_lot WHERE tenant_id = ?1 AND account_id = ?2 AND left_tokens > 0 AND expires_at_ms <= ?3)
  OR (?4 = 1 AND NOT EXISTS (
    SELECT 1 FROM transfer WHERE tenant_id = ?1 AND account_id = ?2 AND source = 'welcome'))
