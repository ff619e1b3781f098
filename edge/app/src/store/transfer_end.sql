-- Ends a hold, unless it has ended: `settle` with what was used, `void` with nothing.
INSERT INTO transfer (tenant_id, account_id, id, kind, asset, debit, credit, amount, pending_id, source, source_id, created_at_ms)
SELECT hold.tenant_id, hold.account_id, ?4, ?5, hold.asset, hold.debit, hold.credit, ?6, hold.id, hold.source, hold.source_id, ?7
FROM open_hold JOIN transfer AS hold USING (tenant_id, account_id, id)
WHERE open_hold.tenant_id = ?1 AND open_hold.account_id = ?2 AND open_hold.id = ?3
RETURNING amount
