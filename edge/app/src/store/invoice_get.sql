SELECT id, order_id, number, status, currency, subtotal_minor, tax_minor, total_minor, hosted_url, pdf_url, lines, livemode, created_at_ms
FROM invoice WHERE tenant_id = ?1 AND id = ?2 AND account_id = ?3 AND rank > 0
