SELECT tenant_id FROM stripe_owner WHERE id IN (SELECT value FROM json_each(?1)) LIMIT 1
