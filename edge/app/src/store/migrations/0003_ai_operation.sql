-- What a model did for an account: one row for each request that was admitted, written together
-- with the end of its hold. Rows are added and never changed.
CREATE TABLE ai_operation (
  tenant_id           TEXT    NOT NULL,
  account_id          TEXT    NOT NULL,
  id                  TEXT    NOT NULL,
  profile_id          TEXT,
  kind                TEXT    NOT NULL CHECK (kind IN ('chat')),
  asked_model         TEXT    NOT NULL,
  model               TEXT,
  vendor              TEXT,
  outcome             TEXT    NOT NULL CHECK (outcome IN ('done', 'left', 'failed')),
  attempts            TEXT    NOT NULL CHECK (json_valid(attempts)),
  input_bytes         INTEGER NOT NULL CHECK (input_bytes >= 0),
  output_bytes        INTEGER NOT NULL CHECK (output_bytes >= 0),
  input_tokens        INTEGER NOT NULL CHECK (input_tokens >= 0),
  output_tokens       INTEGER NOT NULL CHECK (output_tokens >= 0),
  usage               TEXT    NOT NULL CHECK (json_valid(usage)),
  is_estimated        INTEGER NOT NULL CHECK (is_estimated IN (0, 1)),
  tokens              INTEGER NOT NULL CHECK (tokens >= 0),
  cost_nanousd        INTEGER CHECK (cost_nanousd >= 0),
  first_byte_ms       INTEGER CHECK (first_byte_ms >= 0),
  total_ms            INTEGER NOT NULL CHECK (total_ms >= 0),
  created_at_ms       INTEGER NOT NULL,
  PRIMARY KEY (tenant_id, account_id, id)
) STRICT, WITHOUT ROWID;

CREATE INDEX ai_operation_by_time ON ai_operation (tenant_id, account_id, created_at_ms);

CREATE TRIGGER ai_operation_is_never_changed BEFORE UPDATE ON ai_operation BEGIN
  SELECT raise(ABORT, 'constraint: ai_operation_is_append_only');
END;
