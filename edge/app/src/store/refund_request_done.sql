UPDATE refund_request SET refund_id = ?4 WHERE tenant_id = ?1 AND order_id = ?2 AND key = ?3
