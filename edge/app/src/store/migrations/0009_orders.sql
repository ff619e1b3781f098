-- Purchases and what Stripe says of them, in the tenant's shard. What Stripe says comes twice, late
-- and in any order: each table below takes it so that the order does not matter. What follows from
-- several of them is a view, so that it cannot be forgotten.

-- A purchase. `quote_id` is what makes a second click the same purchase.
CREATE TABLE orders (
  tenant_id       TEXT    NOT NULL,
  id              TEXT    NOT NULL,
  account_id      TEXT    NOT NULL,
  quote_id        TEXT    NOT NULL,
  cart_id         TEXT    NOT NULL,
  mode            TEXT    NOT NULL CHECK (mode IN ('payment', 'subscription')),
  status          TEXT    NOT NULL DEFAULT 'pending' CHECK (status IN ('pending', 'cancelled', 'paid')),
  currency        TEXT    NOT NULL,
  subtotal_minor  INTEGER NOT NULL CHECK (subtotal_minor BETWEEN 0 AND 9007199254740991),
  discount_minor  INTEGER NOT NULL CHECK (discount_minor BETWEEN 0 AND subtotal_minor),
  tax_minor       INTEGER NOT NULL DEFAULT 0 CHECK (tax_minor BETWEEN 0 AND 9007199254740991),
  total_minor     INTEGER NOT NULL CHECK (total_minor BETWEEN 0 AND 9007199254740991),
  coupon          TEXT,
  livemode        INTEGER NOT NULL CHECK (livemode IN (0, 1)),
  session_id      TEXT,
  session_url     TEXT,
  payment_id      TEXT,
  created_at_ms   INTEGER NOT NULL,
  expires_at_ms   INTEGER NOT NULL,
  paid_at_ms      INTEGER,
  PRIMARY KEY (tenant_id, id),
  UNIQUE (tenant_id, quote_id),
  CONSTRAINT paid_has_a_time CHECK ((status = 'paid') = (paid_at_ms IS NOT NULL))
) STRICT, WITHOUT ROWID;

CREATE INDEX order_by_account ON orders (tenant_id, account_id, id);

CREATE INDEX order_by_payment ON orders (tenant_id, payment_id);

CREATE INDEX order_by_expiry ON orders (tenant_id, status, expires_at_ms);

CREATE TRIGGER order_needs_an_open_quote BEFORE INSERT ON orders BEGIN
  SELECT raise(ABORT, 'constraint: quote_not_open') WHERE NOT EXISTS (
    SELECT 1 FROM quote
    WHERE tenant_id = NEW.tenant_id AND id = NEW.quote_id AND status = 'open'
      AND expires_at_ms > NEW.created_at_ms);
END;

CREATE TRIGGER order_consumes_its_quote AFTER INSERT ON orders BEGIN
  UPDATE quote SET status = 'consumed' WHERE tenant_id = NEW.tenant_id AND id = NEW.quote_id;
END;

CREATE TRIGGER order_stays_paid BEFORE UPDATE OF status ON orders
  WHEN OLD.status = 'paid' AND NEW.status <> 'paid' BEGIN
  SELECT raise(ABORT, 'constraint: order_stays_paid');
END;

-- What is on the bill.
CREATE TABLE order_line (
  tenant_id      TEXT    NOT NULL,
  order_id       TEXT    NOT NULL,
  n              INTEGER NOT NULL,
  product_id     TEXT    NOT NULL,
  name           TEXT    NOT NULL,
  quantity       INTEGER NOT NULL CHECK (quantity BETWEEN 1 AND 999),
  unit_minor     INTEGER NOT NULL CHECK (unit_minor >= 0),
  discount_minor INTEGER NOT NULL CHECK (discount_minor >= 0),
  total_minor    INTEGER NOT NULL CHECK (total_minor >= 0),
  tax_minor      INTEGER NOT NULL DEFAULT 0 CHECK (tax_minor >= 0),
  PRIMARY KEY (tenant_id, order_id, n)
) STRICT, WITHOUT ROWID;

-- What the buyer gets for each unit of a line: the product itself, or what is in the bundle.
CREATE TABLE order_item (
  tenant_id   TEXT    NOT NULL,
  order_id    TEXT    NOT NULL,
  line        INTEGER NOT NULL,
  n           INTEGER NOT NULL,
  product_id  TEXT    NOT NULL,
  kind        TEXT    NOT NULL CHECK (kind IN ('digital', 'physical', 'token_pack', 'subscription')),
  units       INTEGER NOT NULL CHECK (units BETWEEN 1 AND 999),
  tokens      INTEGER NOT NULL DEFAULT 0 CHECK (tokens BETWEEN 0 AND 1000000000000),
  lifetime_ms INTEGER CHECK (lifetime_ms > 0),
  device_max  INTEGER CHECK (device_max > 0),
  use_max     INTEGER CHECK (use_max > 0),
  licence     TEXT,
  -- What is counted of a subscription, how much of it one unit brings, whether more is refused, and
  -- how long it is counted for.
  meter        TEXT,
  capacity     INTEGER NOT NULL DEFAULT 0 CHECK (capacity BETWEEN 0 AND 1000000000),
  meter_hard   INTEGER NOT NULL DEFAULT 0 CHECK (meter_hard IN (0, 1)),
  meter_period TEXT    NOT NULL DEFAULT 'billing' CHECK (meter_period IN ('billing', 'month', 'day')),
  PRIMARY KEY (tenant_id, order_id, n)
) STRICT, WITHOUT ROWID;

-- Taxes of an order, as Stripe computed them.
CREATE TABLE order_tax (
  tenant_id    TEXT    NOT NULL,
  order_id     TEXT    NOT NULL,
  n            INTEGER NOT NULL,
  label        TEXT    NOT NULL,
  country      TEXT    NOT NULL,
  percentage   TEXT    NOT NULL,
  inclusive    INTEGER NOT NULL CHECK (inclusive IN (0, 1)),
  amount_minor INTEGER NOT NULL CHECK (amount_minor >= 0),
  PRIMARY KEY (tenant_id, order_id, n)
) STRICT, WITHOUT ROWID;

-- Goods that are set aside for an order. `short` is what was paid for after it had been given back
-- and sold to another: a person must see to it.
CREATE TABLE stock_hold (
  tenant_id  TEXT    NOT NULL,
  order_id   TEXT    NOT NULL,
  product_id TEXT    NOT NULL,
  quantity   INTEGER NOT NULL CHECK (quantity >= 1),
  state      TEXT    NOT NULL DEFAULT 'held' CHECK (state IN ('held', 'returned', 'sold', 'short')),
  PRIMARY KEY (tenant_id, order_id, product_id)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER stock_is_held AFTER INSERT ON stock_hold BEGIN
  SELECT raise(ABORT, 'constraint: out_of_stock') WHERE NOT EXISTS (
    SELECT 1 FROM product WHERE tenant_id = NEW.tenant_id AND id = NEW.product_id AND stock IS NOT NULL);
  UPDATE product SET held = held + NEW.quantity WHERE tenant_id = NEW.tenant_id AND id = NEW.product_id;
END;

CREATE TRIGGER stock_moves AFTER UPDATE OF state ON stock_hold WHEN OLD.state <> NEW.state BEGIN
  UPDATE product SET
      held = held - iif(OLD.state = 'held', NEW.quantity, 0),
      stock = stock - iif(NEW.state = 'sold', NEW.quantity, 0)
    WHERE tenant_id = NEW.tenant_id AND id = NEW.product_id;
END;

-- A payment: Stripe's payment intent. What went back is what its refunds and lost disputes come to.
CREATE TABLE payment (
  tenant_id      TEXT    NOT NULL,
  id             TEXT    NOT NULL,
  order_id       TEXT,
  invoice_id     TEXT,
  charge_id      TEXT,
  account_id     TEXT,
  currency       TEXT    NOT NULL,
  amount_minor   INTEGER NOT NULL CHECK (amount_minor BETWEEN 0 AND 9007199254740991),
  rank           INTEGER NOT NULL,
  refunded_minor INTEGER NOT NULL DEFAULT 0,
  lost_minor     INTEGER NOT NULL DEFAULT 0,
  created_at_ms  INTEGER NOT NULL,
  PRIMARY KEY (tenant_id, id),
  CONSTRAINT refunded_within_amount CHECK (refunded_minor BETWEEN 0 AND amount_minor),
  CONSTRAINT lost_within_rest CHECK (lost_minor BETWEEN 0 AND amount_minor - refunded_minor)
) STRICT, WITHOUT ROWID;

CREATE INDEX payment_by_order ON payment (tenant_id, order_id);

CREATE INDEX payment_by_invoice ON payment (tenant_id, invoice_id);

CREATE TABLE refund (
  tenant_id     TEXT    NOT NULL,
  id            TEXT    NOT NULL,
  payment_id    TEXT    NOT NULL,
  amount_minor  INTEGER NOT NULL CHECK (amount_minor BETWEEN 1 AND 9007199254740991),
  currency      TEXT    NOT NULL,
  status        TEXT    NOT NULL,
  rank          INTEGER NOT NULL,
  reason        TEXT,
  created_at_ms INTEGER NOT NULL,
  PRIMARY KEY (tenant_id, id)
) STRICT, WITHOUT ROWID;

CREATE INDEX refund_by_payment ON refund (tenant_id, payment_id);

CREATE TABLE dispute (
  tenant_id     TEXT    NOT NULL,
  id            TEXT    NOT NULL,
  payment_id    TEXT    NOT NULL,
  amount_minor  INTEGER NOT NULL CHECK (amount_minor BETWEEN 0 AND 9007199254740991),
  currency      TEXT    NOT NULL,
  status        TEXT    NOT NULL,
  rank          INTEGER NOT NULL,
  reason        TEXT,
  created_at_ms INTEGER NOT NULL,
  PRIMARY KEY (tenant_id, id)
) STRICT, WITHOUT ROWID;

CREATE INDEX dispute_by_payment ON dispute (tenant_id, payment_id);

-- Every event that Stripe has told of, once. What it says is in the other tables.
CREATE TABLE stripe_event (
  tenant_id      TEXT    NOT NULL,
  id             TEXT    NOT NULL,
  type           TEXT    NOT NULL,
  object_id      TEXT,
  connected      TEXT,
  livemode       INTEGER NOT NULL CHECK (livemode IN (0, 1)),
  outcome        TEXT    NOT NULL CHECK (outcome IN ('applied', 'ignored', 'unknown')),
  created_at_ms  INTEGER NOT NULL,
  received_at_ms INTEGER NOT NULL,
  PRIMARY KEY (tenant_id, id)
) STRICT, WITHOUT ROWID;

-- What has been done because of an event, once for each object: an order is paid once, whatever the
-- number of events that say so.
CREATE TABLE effect (
  tenant_id  TEXT    NOT NULL,
  kind       TEXT    NOT NULL,
  object_id  TEXT    NOT NULL,
  event_id   TEXT    NOT NULL,
  done_at_ms INTEGER NOT NULL,
  PRIMARY KEY (tenant_id, kind, object_id)
) STRICT, WITHOUT ROWID;

-- The orders that a batch has to do with: those that an event names, and those that it means by way of
-- a payment or an invoice. Empty but in the middle of a batch.
CREATE TABLE order_touched (
  tenant_id TEXT NOT NULL,
  order_id  TEXT NOT NULL,
  PRIMARY KEY (tenant_id, order_id)
) STRICT, WITHOUT ROWID;

-- What other shards must hear of. A row holds what is true now, not what has changed: it is sent
-- until that version of it has been heard.
CREATE TABLE outbox (
  tenant_id    TEXT    NOT NULL,
  kind         TEXT    NOT NULL CHECK (kind IN ('tokens', 'meter')),
  key          TEXT    NOT NULL,
  account_id   TEXT    NOT NULL,
  body         TEXT    NOT NULL,
  version      INTEGER NOT NULL DEFAULT 1,
  heard        INTEGER NOT NULL DEFAULT 0,
  attempts     INTEGER NOT NULL DEFAULT 0,
  next_at_ms   INTEGER NOT NULL DEFAULT 0,
  problem      TEXT,
  PRIMARY KEY (tenant_id, kind, key)
) STRICT, WITHOUT ROWID;

CREATE INDEX outbox_unheard ON outbox (tenant_id, next_at_ms) WHERE heard < version;

-- Whose an object of Stripe's is that does not say so itself: a customer, a connected account. In the
-- directory's shard.
CREATE TABLE stripe_owner (
  id        TEXT NOT NULL PRIMARY KEY,
  tenant_id TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- An account as Stripe knows it: in test mode, in live mode, and at a connected account.
CREATE TABLE stripe_customer (
  tenant_id     TEXT    NOT NULL,
  account_id    TEXT    NOT NULL,
  livemode      INTEGER NOT NULL CHECK (livemode IN (0, 1)),
  connected     TEXT    NOT NULL,
  id            TEXT    NOT NULL,
  created_at_ms INTEGER NOT NULL,
  PRIMARY KEY (tenant_id, account_id, livemode, connected)
) STRICT, WITHOUT ROWID;

-- A subscription as Stripe last told it. `told_at_ms` is when it was asked: an answer to an earlier
-- question does not count any more.
CREATE TABLE subscription (
  tenant_id            TEXT    NOT NULL,
  id                   TEXT    NOT NULL,
  account_id           TEXT    NOT NULL,
  order_id             TEXT    NOT NULL,
  customer_id          TEXT    NOT NULL,
  status               TEXT    NOT NULL,
  rank                 INTEGER NOT NULL,
  quantity             INTEGER NOT NULL CHECK (quantity >= 0),
  item_id              TEXT,
  period_start_ms      INTEGER NOT NULL,
  period_end_ms        INTEGER NOT NULL,
  cancel_at_period_end INTEGER NOT NULL CHECK (cancel_at_period_end IN (0, 1)),
  created_at_ms        INTEGER NOT NULL,
  told_at_ms           INTEGER NOT NULL,
  PRIMARY KEY (tenant_id, id)
) STRICT, WITHOUT ROWID;

CREATE INDEX subscription_by_account ON subscription (tenant_id, account_id);

CREATE INDEX subscription_by_order ON subscription (tenant_id, order_id);

-- An invoice with Stripe's own lines and taxes, which are JSON since they are only shown.
CREATE TABLE invoice (
  tenant_id       TEXT    NOT NULL,
  id              TEXT    NOT NULL,
  account_id      TEXT    NOT NULL,
  order_id        TEXT    NOT NULL,
  subscription_id TEXT,
  payment_id      TEXT,
  number          TEXT,
  status          TEXT    NOT NULL,
  rank            INTEGER NOT NULL,
  currency        TEXT    NOT NULL,
  subtotal_minor  INTEGER NOT NULL,
  tax_minor       INTEGER NOT NULL,
  total_minor     INTEGER NOT NULL,
  hosted_url      TEXT,
  pdf_url         TEXT,
  lines           TEXT    NOT NULL,
  period_start_ms INTEGER NOT NULL,
  period_end_ms   INTEGER NOT NULL,
  livemode        INTEGER NOT NULL CHECK (livemode IN (0, 1)),
  created_at_ms   INTEGER NOT NULL,
  PRIMARY KEY (tenant_id, id)
) STRICT, WITHOUT ROWID;

CREATE INDEX invoice_by_account ON invoice (tenant_id, account_id, created_at_ms, id);

CREATE INDEX invoice_by_order ON invoice (tenant_id, order_id, created_at_ms, id);

-- The right to use what was bought, or what is subscribed to.
CREATE TABLE entitlement (
  tenant_id       TEXT    NOT NULL,
  id              TEXT    NOT NULL,
  account_id      TEXT    NOT NULL,
  product_id      TEXT    NOT NULL,
  order_id        TEXT    NOT NULL,
  item            INTEGER NOT NULL,
  granted_at_ms   INTEGER NOT NULL,
  expires_at_ms   INTEGER,
  device_max      INTEGER,
  use_max         INTEGER,
  uses            INTEGER NOT NULL DEFAULT 0,
  licence         TEXT,
  licensed_at_ms  INTEGER,
  PRIMARY KEY (tenant_id, id),
  UNIQUE (tenant_id, order_id, item),
  CONSTRAINT uses_within_cap CHECK (uses >= 0 AND (use_max IS NULL OR uses <= use_max))
) STRICT, WITHOUT ROWID;

CREATE INDEX entitlement_by_account ON entitlement (tenant_id, account_id, product_id);

-- What has become of an order's money, and so of everything that was bought with it. Of a
-- subscription it is the money of the period that was paid for last.
CREATE VIEW order_state AS
SELECT orders.tenant_id, orders.id AS order_id,
  CASE
    WHEN orders.status <> 'paid' THEN orders.status
    WHEN payment.amount_minor > 0 AND payment.lost_minor > 0
      AND payment.refunded_minor + payment.lost_minor >= payment.amount_minor THEN 'lost'
    WHEN payment.amount_minor > 0 AND payment.refunded_minor >= payment.amount_minor THEN 'refunded'
    WHEN EXISTS (
      SELECT 1 FROM dispute INDEXED BY dispute_by_payment
      WHERE dispute.tenant_id = orders.tenant_id AND dispute.payment_id = payment.id
        AND dispute.status = 'open') THEN 'disputed'
    WHEN orders.mode = 'subscription' AND coalesce(subscription.status, 'incomplete')
      NOT IN ('active', 'trialing', 'past_due') THEN 'ended'
    WHEN payment.refunded_minor > 0 THEN 'partly_refunded'
    ELSE 'paid'
  END AS state,
  payment.id AS payment_id,
  coalesce(payment.refunded_minor, 0) AS refunded_minor,
  coalesce(payment.lost_minor, 0) AS lost_minor
FROM orders
LEFT JOIN subscription INDEXED BY subscription_by_order
  ON subscription.tenant_id = orders.tenant_id AND subscription.order_id = orders.id
LEFT JOIN payment
  ON payment.tenant_id = orders.tenant_id
    AND payment.id = iif(orders.mode = 'subscription', (
      SELECT invoice.payment_id FROM invoice INDEXED BY invoice_by_order
      WHERE invoice.tenant_id = orders.tenant_id AND invoice.order_id = orders.id AND invoice.status = 'paid'
      ORDER BY invoice.created_at_ms DESC, invoice.id DESC LIMIT 1), orders.payment_id);
