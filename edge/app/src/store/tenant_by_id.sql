SELECT record, created_at_ms FROM tenant WHERE id = ?1
