SELECT id FROM stripe_customer WHERE tenant_id = ?1 AND account_id = ?2 AND livemode = ?3 AND connected = ?4
