SELECT id, order_id, number, status, currency, subtotal_minor, tax_minor, total_minor, hosted_url, pdf_url, lines, livemode, created_at_ms
FROM invoice INDEXED BY invoice_by_account
WHERE tenant_id = ?1 AND account_id = ?2 AND (created_at_ms, id) < (?3, ?4) AND rank > 0
ORDER BY created_at_ms DESC, id DESC
LIMIT ?5
