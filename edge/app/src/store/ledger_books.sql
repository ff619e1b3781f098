SELECT asset, book, debits_posted, credits_posted, debits_pending, credits_pending
FROM ledger_account
WHERE tenant_id = ?1 AND account_id = ?2
ORDER BY asset, book
