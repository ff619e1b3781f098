SELECT asset, credits_posted - debits_posted, debits_pending
FROM ledger_account
WHERE tenant_id = ?1 AND account_id = ?2 AND book = 'wallet'
ORDER BY asset
