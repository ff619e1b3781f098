-- Somebody should look at an account, once a day.
INSERT INTO alert (tenant_id, kind, subject, details, created_at_ms)
VALUES (?1, 'download_abuse', ?2 || ' ' || date(?4 / 1000, 'unixepoch'), ?3, ?4)
ON CONFLICT DO NOTHING
