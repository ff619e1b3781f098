-- Writes down a device for some rights that count devices, a JSON list of their ids. A device that
-- is known by one of some names, newest first, keeps that name.
INSERT INTO device (tenant_id, entitlement_id, device_hash, seen_at_ms)
SELECT ?1, owned.id, coalesce(
    (SELECT known.device_hash FROM device AS known
     WHERE known.tenant_id = ?1 AND known.entitlement_id = owned.id
       AND known.device_hash IN (SELECT value FROM json_each(?3)) LIMIT 1),
    ?3 ->> 0), ?4
FROM json_each(?2) AS wanted
CROSS JOIN entitlement AS owned ON owned.tenant_id = ?1 AND owned.id = wanted.value
WHERE owned.device_max IS NOT NULL
ON CONFLICT (tenant_id, entitlement_id, device_hash) DO UPDATE SET seen_at_ms = excluded.seen_at_ms
