-- Which of these events have been recorded.
SELECT id FROM stripe_event WHERE tenant_id = ?1 AND id IN (SELECT value FROM json_each(?2))
