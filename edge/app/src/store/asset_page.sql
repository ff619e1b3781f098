-- The files from before one, newest first.
SELECT id, blob_key, file_name, content_type, size_bytes, sha256, status, uploaded_by, created_at_ms, ready_at_ms
FROM asset
WHERE tenant_id = ?1 AND id < ?2
ORDER BY id DESC
LIMIT ?3
