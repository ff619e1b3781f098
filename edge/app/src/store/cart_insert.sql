-- A new cart.
INSERT INTO cart (tenant_id, id, account_id, market, created_at_ms, changed_at_ms)
VALUES (?1, ?2, ?3, ?4, ?5, ?5)
