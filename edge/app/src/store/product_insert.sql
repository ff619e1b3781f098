-- A new product. What is compiled in comes again and again, and is left as it is.
INSERT INTO product (tenant_id, id, kind, name, description, status, details, stock, created_at_ms, changed_at_ms)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?9)
ON CONFLICT (tenant_id, id) DO NOTHING
