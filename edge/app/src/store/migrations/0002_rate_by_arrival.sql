-- By which callers are found whose quota is whole again.
CREATE INDEX rate_by_arrival ON rate (tenant_id, account_id, tat_us);
