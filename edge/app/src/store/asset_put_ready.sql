-- A file that is there already.
INSERT INTO asset (tenant_id, id, blob_key, file_name, content_type, size_bytes, sha256, status, uploaded_by, created_at_ms, ready_at_ms)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, 'ready', ?8, ?9, ?9)
ON CONFLICT DO NOTHING
