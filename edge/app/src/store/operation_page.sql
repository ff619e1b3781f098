-- Newest first, from before a given moment.
SELECT id, profile_id, asked_model, model, vendor, outcome, attempts, input_bytes, output_bytes,
  input_tokens, output_tokens, usage, is_estimated, tokens, cost_nanousd, first_byte_ms, total_ms,
  created_at_ms
FROM ai_operation
WHERE tenant_id = ?1 AND account_id = ?2 AND id < ?3
ORDER BY id DESC
LIMIT ?4
