-- A price list, if there is none of the name yet.
INSERT INTO price_list (tenant_id, id, currency, created_at_ms) VALUES (?1, ?2, ?3, ?4)
ON CONFLICT (tenant_id, id) DO NOTHING
