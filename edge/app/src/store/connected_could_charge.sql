-- An account could charge, at some time. Nothing else is known of one that is new.
INSERT INTO connected_account (tenant_id, id, requirements, could_charge, told_at_ms, event_at_ms, event_id, changed_at_ms)
VALUES (?1, ?2, '[]', 1, 0, 0, '', ?3)
ON CONFLICT (tenant_id, id) DO UPDATE SET could_charge = 1, changed_at_ms = excluded.changed_at_ms
WHERE could_charge = 0
