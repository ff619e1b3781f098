-- Those of some files that exist and may be handed out. ?2 is a JSON list of ids.
SELECT id FROM asset
WHERE tenant_id = ?1 AND status <> 'quarantined' AND id IN (SELECT value FROM json_each(?2))
