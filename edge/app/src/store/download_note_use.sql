-- Writes down what the request has used of a link, if it has. A use that has all of its resumes has
-- just begun.
INSERT INTO download (tenant_id, grant_id, account_id, asset_id, step, outcome, ip_hash, device_hash, request_id, created_at_ms)
SELECT ?1, ?2, ?3, ?4, 'fetch', iif(resumes_left = ?9, 'sent', 'resumed'), ?5, ?6, ?7, ?8
FROM download_use WHERE tenant_id = ?1 AND grant_id = ?2 AND request_id = ?7
