-- Changes what is given of a product.
UPDATE product SET
  name = coalesce(?3, name),
  description = coalesce(?4, description),
  status = coalesce(?5, status),
  details = coalesce(?6, details),
  changed_at_ms = ?7
WHERE tenant_id = ?1 AND id = ?2
RETURNING id
