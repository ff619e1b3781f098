-- The subscription whose quantity is meant, or the newest that runs.
SELECT id, item_id, quantity FROM subscription INDEXED BY subscription_by_account
WHERE tenant_id = ?1 AND account_id = ?2 AND (?3 IS NULL OR id = ?3)
  AND status IN ('active', 'trialing', 'past_due')
ORDER BY order_id DESC, id DESC
LIMIT 1
