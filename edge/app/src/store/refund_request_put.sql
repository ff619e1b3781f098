-- Remembers what is asked for, and finds what was asked before.
INSERT INTO refund_request (tenant_id, order_id, key, amount_minor, asked_at_ms) VALUES (?1, ?2, ?3, ?4, ?5)
ON CONFLICT (tenant_id, order_id, key) DO UPDATE SET asked_at_ms = asked_at_ms
RETURNING amount_minor, refund_id, asked_at_ms
