-- Ends the lots whose time is over, as far as no request holds their tokens.
INSERT INTO transfer (tenant_id, account_id, id, kind, asset, debit, credit, amount, source, source_id, created_at_ms)
SELECT ?1, ?2, 'trf_e' || substr(id, 5) || '_' || printf('%x', ?3), 'post', 'tokens', 'wallet', 'expired',
  min(left_tokens, free - before), 'expiry', id || '#' || ?3, ?3
FROM (
  SELECT lot.id, lot.left_tokens,
    wallet.credits_posted - wallet.debits_posted - wallet.debits_pending AS free,
    coalesce(sum(lot.left_tokens) OVER (ORDER BY lot.expires_at_ms, lot.id ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0) AS before
  FROM token_lot AS lot
  JOIN ledger_account AS wallet USING (tenant_id, account_id)
  WHERE lot.tenant_id = ?1 AND lot.account_id = ?2 AND lot.left_tokens > 0 AND lot.expires_at_ms <= ?3
    AND wallet.book = 'wallet' AND wallet.asset = 'tokens'
) AS ending
WHERE free > before
