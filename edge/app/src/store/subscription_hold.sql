-- One change at a time: whoever finds it held comes to nothing. What broke off holds it for a while only.
UPDATE subscription SET changing_until_ms = ?4
WHERE tenant_id = ?1 AND id = ?2 AND changing_until_ms <= ?3
RETURNING id
