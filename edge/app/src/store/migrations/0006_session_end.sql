-- When a session ends in any case: one that was made of a token does so with it.
ALTER TABLE session ADD COLUMN ends_at_ms INTEGER;
