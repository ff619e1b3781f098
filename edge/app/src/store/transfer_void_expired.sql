-- Voids the holds whose time is over.
INSERT INTO transfer (tenant_id, account_id, id, kind, asset, debit, credit, amount, pending_id, source, source_id, created_at_ms)
SELECT hold.tenant_id, hold.account_id, 'trf_expired_' || substr(hold.id, 5), 'void', hold.asset, hold.debit, hold.credit, 0, hold.id, hold.source, hold.source_id, ?3
FROM open_hold JOIN transfer AS hold USING (tenant_id, account_id, id)
WHERE open_hold.tenant_id = ?1 AND open_hold.account_id = ?2 AND open_hold.expires_at_ms <= ?3
