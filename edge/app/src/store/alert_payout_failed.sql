-- A payout has not arrived, once.
INSERT INTO alert (tenant_id, kind, subject, details, created_at_ms)
VALUES (?1, 'payout_failed', ?2, ?3, ?4)
ON CONFLICT DO NOTHING
