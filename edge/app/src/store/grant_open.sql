-- A link and what it opens. How many resumes are left is told of the client's last use.
SELECT link.account_id, link.uses_left, link.expires_at_ms,
  (SELECT resumes_left FROM download_use
   WHERE tenant_id = ?1 AND grant_id = ?2 AND client_hash = ?3 ORDER BY n DESC LIMIT 1),
  EXISTS (SELECT 1 FROM download_use WHERE tenant_id = ?1 AND grant_id = ?2 AND request_id = ?4),
  part.asset_id, part.entitlement_id, part.permission_kid, part.permission_hash,
  part.blob_key, part.file_name, part.content_type, part.size_bytes, part.sha256, part.asset_status, part.ready_at_ms,
  part.state, part.expires_at_ms, part.use_max, part.uses, part.is_licensed,
  (SELECT name FROM product WHERE tenant_id = ?1 AND id = part.product_id)
FROM download_grant AS link
CROSS JOIN download_right AS part ON part.tenant_id = ?1 AND part.grant_id = link.id
WHERE link.tenant_id = ?1 AND link.id = ?2
ORDER BY part.n
