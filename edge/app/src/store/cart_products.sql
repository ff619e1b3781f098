-- What is in a cart, with all that it costs anywhere.
SELECT product.id, kind, name, status, details,
  stock - held + (
    SELECT coalesce(sum(cart_hold.quantity), 0) FROM cart_hold
    WHERE cart_hold.tenant_id = ?1 AND cart_hold.cart_id = ?2 AND cart_hold.product_id = product.id),
  cart_line.quantity,
  (SELECT json_group_array(json_object(
    'id', price.id, 'product', product_id, 'list', list, 'currency', currency,
    'amount_minor', amount_minor, 'min_quantity', min_quantity,
    'valid_from_ms', valid_from_ms, 'valid_until_ms', valid_until_ms, 'interval', interval))
  FROM price INDEXED BY price_by_product
  WHERE price.tenant_id = ?1 AND price.product_id = product.id AND archived_at_ms IS NULL)
FROM cart_line JOIN product ON product.tenant_id = ?1 AND product.id = cart_line.product_id
WHERE cart_line.tenant_id = ?1 AND cart_id = ?2
ORDER BY added_at_ms, cart_line.product_id
