-- Books an operation once, however often it is sent. What was taken from the wallet is what the
-- transfer of the same batch has taken.
INSERT INTO ai_operation (
  tenant_id, account_id, id, profile_id, kind, asked_model, model, vendor, outcome, attempts,
  input_bytes, output_bytes, input_tokens, output_tokens, usage, is_estimated, tokens,
  cost_nanousd, first_byte_ms, total_ms, created_at_ms)
VALUES (?1, ?2, ?3, ?4, 'chat', ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15,
  coalesce((SELECT amount FROM transfer WHERE tenant_id = ?1 AND account_id = ?2 AND pending_id = ?16), 0),
  ?17, ?18, ?19, ?20)
ON CONFLICT (tenant_id, account_id, id) DO NOTHING
