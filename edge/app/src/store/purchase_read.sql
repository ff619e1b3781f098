-- What is known of a purchase, and what the wallet can spend.
SELECT coalesce(purchase.version, 0), coalesce(purchase.credited, 0), coalesce(purchase.taken, 0),
  coalesce(purchase.owed, 0),
  coalesce((
    SELECT credits_posted - debits_posted - debits_pending FROM ledger_account
    WHERE tenant_id = ?1 AND account_id = ?2 AND asset = 'tokens' AND book = 'wallet'), 0)
FROM (SELECT 1) LEFT JOIN token_purchase AS purchase
  ON purchase.tenant_id = ?1 AND purchase.account_id = ?2 AND purchase.key = ?3
