INSERT INTO stripe_owner (id, tenant_id) VALUES (?1, ?2) ON CONFLICT (id) DO NOTHING
