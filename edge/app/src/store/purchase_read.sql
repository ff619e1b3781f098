-- What is known of a purchase, what the wallet can spend, and what of the purchase ended unused.
SELECT coalesce(purchase.version, 0), coalesce(purchase.credited, 0), coalesce(purchase.taken, 0),
  coalesce(purchase.owed, 0), coalesce(purchase.covered, 0),
  coalesce((
    SELECT credits_posted - debits_posted - debits_pending FROM ledger_account
    WHERE tenant_id = ?1 AND account_id = ?2 AND asset = 'tokens' AND book = 'wallet'), 0),
  coalesce((
    SELECT sum(ended_tokens) FROM token_lot INDEXED BY token_lot_by_source
    WHERE tenant_id = ?1 AND account_id = ?2 AND source_id = ?3 AND source IN ('purchase', 'restored')), 0)
FROM (SELECT 1) LEFT JOIN token_purchase AS purchase
  ON purchase.tenant_id = ?1 AND purchase.account_id = ?2 AND purchase.key = ?3
