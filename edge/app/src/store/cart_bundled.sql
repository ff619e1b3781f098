-- What is in the bundles of a cart. CROSS JOIN keeps SQLite to this order.
SELECT DISTINCT part.id, part.kind, part.name, part.status, part.details,
  part.stock - part.held + (
    SELECT coalesce(sum(cart_hold.quantity), 0) FROM cart_hold
    WHERE cart_hold.tenant_id = ?1 AND cart_hold.cart_id = ?2 AND cart_hold.product_id = part.id)
FROM cart_line
  CROSS JOIN product AS bundle ON bundle.tenant_id = ?1 AND bundle.id = cart_line.product_id
  CROSS JOIN json_each(bundle.details, '$.items') AS item
  CROSS JOIN product AS part ON part.tenant_id = ?1 AND part.id = json_extract(item.value, '$.product')
WHERE cart_line.tenant_id = ?1 AND cart_id = ?2 AND bundle.kind = 'bundle'
