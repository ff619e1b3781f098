-- Spends a use of a link, if one is left, all of its rights stand, and the request does not go on
-- with a use that there is.
INSERT INTO download_use (tenant_id, grant_id, n, client_hash, resumes_left, request_id, started_at_ms)
SELECT ?1, ?2, 1 + (SELECT count(*) FROM download_use WHERE tenant_id = ?1 AND grant_id = ?2), ?3, ?6, ?4, ?5
FROM download_grant
WHERE tenant_id = ?1 AND id = ?2 AND uses_left > 0 AND expires_at_ms > ?5
  AND NOT EXISTS (SELECT 1 FROM download_use WHERE tenant_id = ?1 AND grant_id = ?2 AND request_id = ?4)
  AND NOT EXISTS (
    SELECT 1 FROM download_right
    WHERE tenant_id = ?1 AND grant_id = ?2 AND (stands = 0 OR expires_at_ms <= ?5 OR uses >= use_max))
