-- What was asked to be paid back. Stripe forgets a key after a day: here it is known what came of it.
CREATE TABLE refund_request (
  tenant_id     TEXT    NOT NULL,
  order_id      TEXT    NOT NULL,
  key           TEXT    NOT NULL,
  -- All that was left, if there is none.
  amount_minor  INTEGER CHECK (amount_minor > 0),
  -- What came of it, as soon as that is known.
  refund_id     TEXT,
  asked_at_ms   INTEGER NOT NULL,
  PRIMARY KEY (tenant_id, order_id, key)
) STRICT, WITHOUT ROWID;
