-- What of a payment went back, by its refunds and by disputes that were lost.
UPDATE payment SET
  refunded_minor = (
    SELECT coalesce(sum(refund.amount_minor), 0) FROM refund INDEXED BY refund_by_payment
    WHERE refund.tenant_id = ?1 AND refund.payment_id = ?2 AND refund.status NOT IN ('failed', 'canceled')),
  lost_minor = min(
    amount_minor - (
      SELECT coalesce(sum(refund.amount_minor), 0) FROM refund INDEXED BY refund_by_payment
      WHERE refund.tenant_id = ?1 AND refund.payment_id = ?2 AND refund.status NOT IN ('failed', 'canceled')),
    (
      SELECT coalesce(sum(dispute.amount_minor), 0) FROM dispute INDEXED BY dispute_by_payment
      WHERE dispute.tenant_id = ?1 AND dispute.payment_id = ?2 AND dispute.status = 'lost'))
WHERE tenant_id = ?1 AND id = ?2
