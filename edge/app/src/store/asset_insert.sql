-- A file that is to come, unless the same file is awaited already.
INSERT INTO asset (tenant_id, id, blob_key, file_name, content_type, size_bytes, sha256, status, uploaded_by, created_at_ms)
SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, 'pending', ?8, ?9
WHERE NOT EXISTS (
  SELECT 1 FROM asset INDEXED BY asset_by_sha256
  WHERE tenant_id = ?1 AND sha256 = ?7 AND file_name = ?4 AND content_type = ?5 AND size_bytes = ?6 AND status = 'pending')
