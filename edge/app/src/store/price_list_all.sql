-- The price lists.
SELECT id, currency, created_at_ms FROM price_list WHERE tenant_id = ?1 ORDER BY id LIMIT ?2
