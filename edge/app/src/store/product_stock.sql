-- How many there are, or breaks `out_of_stock`. Only goods are counted.
UPDATE product SET stock = ?3, changed_at_ms = ?4
WHERE tenant_id = ?1 AND id = ?2 AND stock IS NOT NULL
RETURNING id
