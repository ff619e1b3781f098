-- Kind, status and name of those of some products that exist. ?2 is a JSON list of ids.
SELECT id, kind, status, name FROM product
WHERE tenant_id = ?1 AND id IN (SELECT value FROM json_each(?2))
