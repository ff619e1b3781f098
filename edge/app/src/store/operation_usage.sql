-- What was used from one moment until another, in groups.
SELECT
  CASE ?5
    WHEN 'day' THEN strftime('%Y-%m-%d', created_at_ms / 1000, 'unixepoch')
    WHEN 'model' THEN coalesce(model, asked_model)
    ELSE coalesce(profile_id, '')
  END AS bucket,
  count(*),
  sum(outcome = 'failed'),
  sum(input_tokens),
  sum(output_tokens),
  sum(tokens),
  coalesce(sum(cost_nanousd), 0)
FROM ai_operation
WHERE tenant_id = ?1 AND account_id = ?2 AND created_at_ms >= ?3 AND created_at_ms < ?4
GROUP BY bucket
ORDER BY bucket
LIMIT 1000
