-- The file that is awaited, of those that were announced.
SELECT id, blob_key, file_name, content_type, size_bytes, sha256, status, uploaded_by, created_at_ms, ready_at_ms
FROM asset INDEXED BY asset_by_sha256
WHERE tenant_id = ?1 AND sha256 = ?5 AND file_name = ?2 AND content_type = ?3 AND size_bytes = ?4 AND status = 'pending'
ORDER BY id
LIMIT 1
