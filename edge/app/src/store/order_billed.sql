-- What Stripe has billed in all.
UPDATE orders SET subtotal_minor = ?3 + discount_minor, tax_minor = ?4, total_minor = ?5,
  payment_id = coalesce(payment_id, ?6)
WHERE tenant_id = ?1 AND id = ?2
