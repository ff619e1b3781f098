-- Money went back for extra capacity that had been used.
INSERT INTO alert (tenant_id, kind, subject, details, created_at_ms)
SELECT extra.tenant_id, 'top_up_short', extra.order_id || '/' || extra.item,
  json_object('account', extra.account_id, 'meter', extra.meter, 'quantity', extra.owed), ?2
FROM order_touched AS touched
CROSS JOIN usage_extra AS extra ON extra.tenant_id = ?1 AND extra.order_id = touched.order_id
WHERE touched.tenant_id = ?1 AND extra.owed > 0
ON CONFLICT (tenant_id, kind, subject) DO UPDATE SET details = excluded.details
