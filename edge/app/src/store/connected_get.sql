SELECT charges_enabled, payouts_enabled, requirements FROM connected_account
WHERE tenant_id = ?1 AND id = ?2
