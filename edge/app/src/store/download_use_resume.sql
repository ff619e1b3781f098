-- A client goes on with its last use of a link, as long as all of its rights stand.
UPDATE download_use SET resumes_left = resumes_left - 1, request_id = ?4
WHERE tenant_id = ?1 AND grant_id = ?2 AND resumes_left > 0
  AND n = (SELECT max(n) FROM download_use WHERE tenant_id = ?1 AND grant_id = ?2 AND client_hash = ?3)
  AND EXISTS (SELECT 1 FROM download_grant WHERE tenant_id = ?1 AND id = ?2 AND expires_at_ms > ?5)
  AND NOT EXISTS (
    SELECT 1 FROM download_right
    WHERE tenant_id = ?1 AND grant_id = ?2 AND (stands = 0 OR expires_at_ms <= ?5))
