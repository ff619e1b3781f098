-- Gives back what a request has not used of a quota, as long as its hold is open: before the end
-- of the hold in the same batch, so that it happens once.
UPDATE rate SET tat_us = tat_us - ?4
WHERE tenant_id = ?1 AND account_id = ?2 AND key = ?3
  AND EXISTS (SELECT 1 FROM open_hold WHERE tenant_id = ?1 AND account_id = ?2 AND id = ?5)
