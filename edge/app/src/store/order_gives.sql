-- What an order gives at once: tokens, and whether something is sent.
SELECT coalesce(sum(line.quantity * item.tokens), 0), coalesce(max(item.kind = 'physical'), 0)
FROM order_item AS item JOIN order_line AS line
  ON line.tenant_id = ?1 AND line.order_id = ?2 AND line.n = item.line
WHERE item.tenant_id = ?1 AND item.order_id = ?2
