SELECT tenant_id FROM domain WHERE host = ?1
