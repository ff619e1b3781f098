-- What a tenant sells, and what is about to be bought. All of it is in the tenant's shard.

-- What is sold. `details` is the JSON of what a buyer gets. What is held is in somebody's checkout.
CREATE TABLE product (
  tenant_id     TEXT    NOT NULL,
  id            TEXT    NOT NULL,
  kind          TEXT    NOT NULL CHECK (kind IN ('digital', 'physical', 'token_pack', 'subscription', 'bundle')),
  name          TEXT    NOT NULL,
  description   TEXT    NOT NULL,
  status        TEXT    NOT NULL CHECK (status IN ('draft', 'active', 'archived')),
  details       TEXT    NOT NULL,
  stock         INTEGER CHECK (stock BETWEEN 0 AND 9007199254740991),
  held          INTEGER NOT NULL DEFAULT 0 CHECK (held >= 0),
  created_at_ms INTEGER NOT NULL,
  changed_at_ms INTEGER NOT NULL,
  PRIMARY KEY (tenant_id, id),
  CONSTRAINT out_of_stock CHECK (stock IS NULL OR held <= stock),
  CONSTRAINT only_goods_have_stock CHECK ((kind = 'physical') = (stock IS NOT NULL))
) STRICT, WITHOUT ROWID;

CREATE INDEX product_by_status ON product (tenant_id, status, id);

-- A price list has one currency.
CREATE TABLE price_list (
  tenant_id     TEXT    NOT NULL,
  id            TEXT    NOT NULL,
  currency      TEXT    NOT NULL,
  created_at_ms INTEGER NOT NULL,
  PRIMARY KEY (tenant_id, id)
) STRICT, WITHOUT ROWID;

-- A price is never changed: it is archived, and another takes its place.
CREATE TABLE price (
  tenant_id      TEXT    NOT NULL,
  id             TEXT    NOT NULL,
  product_id     TEXT    NOT NULL,
  list           TEXT    NOT NULL,
  currency       TEXT    NOT NULL,
  amount_minor   INTEGER NOT NULL CHECK (amount_minor BETWEEN 0 AND 9007199254740991),
  min_quantity   INTEGER NOT NULL CHECK (min_quantity >= 1),
  valid_from_ms  INTEGER,
  valid_until_ms INTEGER,
  interval       TEXT    CHECK (interval IN ('month', 'year')),
  created_at_ms  INTEGER NOT NULL,
  archived_at_ms INTEGER,
  PRIMARY KEY (tenant_id, id),
  CONSTRAINT validity_has_a_length CHECK (valid_from_ms < valid_until_ms)
) STRICT, WITHOUT ROWID;

CREATE INDEX price_by_product ON price (tenant_id, product_id, list);

CREATE TRIGGER price_is_in_its_lists_currency BEFORE INSERT ON price BEGIN
  SELECT raise(ABORT, 'constraint: price_in_lists_currency') WHERE NOT EXISTS (
    SELECT 1 FROM price_list
    WHERE tenant_id = NEW.tenant_id AND id = NEW.list AND currency = NEW.currency);
END;

-- `value` is in basis points, or in minor units of the currency.
CREATE TABLE coupon (
  tenant_id       TEXT    NOT NULL,
  code            TEXT    NOT NULL,
  kind            TEXT    NOT NULL CHECK (kind IN ('percent', 'fixed')),
  value           INTEGER NOT NULL CHECK (value BETWEEN 1 AND 9007199254740991),
  currency        TEXT,
  details         TEXT    NOT NULL,
  used            INTEGER NOT NULL DEFAULT 0,
  max_uses        INTEGER CHECK (max_uses >= 1),
  max_per_account INTEGER CHECK (max_per_account >= 1),
  valid_from_ms   INTEGER,
  valid_until_ms  INTEGER,
  created_at_ms   INTEGER NOT NULL,
  archived_at_ms  INTEGER,
  PRIMARY KEY (tenant_id, code),
  CONSTRAINT coupon_used_up CHECK (used >= 0 AND (max_uses IS NULL OR used <= max_uses)),
  CONSTRAINT percent_up_to_all CHECK (kind <> 'percent' OR value <= 10000),
  CONSTRAINT only_amounts_have_a_currency CHECK ((kind = 'fixed') = (currency IS NOT NULL))
) STRICT, WITHOUT ROWID;

-- An order's use of a coupon. It is given back when the order comes to nothing.
CREATE TABLE coupon_use (
  tenant_id      TEXT    NOT NULL,
  code           TEXT    NOT NULL,
  order_id       TEXT    NOT NULL,
  account_id     TEXT    NOT NULL,
  used_at_ms     INTEGER NOT NULL,
  returned_at_ms INTEGER,
  PRIMARY KEY (tenant_id, code, order_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX coupon_use_by_account ON coupon_use (tenant_id, code, account_id);

CREATE TRIGGER coupon_use_is_within_limits BEFORE INSERT ON coupon_use BEGIN
  SELECT raise(ABORT, 'constraint: coupon_gone') WHERE NOT EXISTS (
    SELECT 1 FROM coupon
    WHERE tenant_id = NEW.tenant_id AND code = NEW.code AND archived_at_ms IS NULL
      AND coalesce(valid_from_ms, NEW.used_at_ms) <= NEW.used_at_ms
      AND coalesce(valid_until_ms, NEW.used_at_ms + 1) > NEW.used_at_ms);
  SELECT raise(ABORT, 'constraint: coupon_used_by_account') FROM coupon
    WHERE tenant_id = NEW.tenant_id AND code = NEW.code AND max_per_account <= (
      SELECT count(*) FROM coupon_use AS other INDEXED BY coupon_use_by_account
      WHERE other.tenant_id = NEW.tenant_id AND other.code = NEW.code
        AND other.account_id = NEW.account_id AND other.returned_at_ms IS NULL);
END;

CREATE TRIGGER coupon_use_is_counted AFTER INSERT ON coupon_use BEGIN
  UPDATE coupon SET used = used + 1 WHERE tenant_id = NEW.tenant_id AND code = NEW.code;
END;

CREATE TRIGGER coupon_use_is_returned AFTER UPDATE OF returned_at_ms ON coupon_use
  WHEN OLD.returned_at_ms IS NULL AND NEW.returned_at_ms IS NOT NULL BEGIN
  UPDATE coupon SET used = used - 1 WHERE tenant_id = NEW.tenant_id AND code = NEW.code;
END;

-- A cart is its holder's who knows its id, until an account takes it over.
CREATE TABLE cart (
  tenant_id     TEXT    NOT NULL,
  id            TEXT    NOT NULL,
  account_id    TEXT,
  market        TEXT    NOT NULL,
  coupon        TEXT,
  version       INTEGER NOT NULL DEFAULT 1,
  created_at_ms INTEGER NOT NULL,
  changed_at_ms INTEGER NOT NULL,
  PRIMARY KEY (tenant_id, id)
) STRICT, WITHOUT ROWID;

CREATE INDEX cart_by_change ON cart (tenant_id, changed_at_ms);

CREATE TABLE cart_line (
  tenant_id   TEXT    NOT NULL,
  cart_id     TEXT    NOT NULL,
  product_id  TEXT    NOT NULL,
  quantity    INTEGER NOT NULL,
  added_at_ms INTEGER NOT NULL,
  PRIMARY KEY (tenant_id, cart_id, product_id),
  CONSTRAINT quantity_in_range CHECK (quantity BETWEEN 1 AND 999)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER cart_is_not_endless BEFORE INSERT ON cart_line BEGIN
  SELECT raise(ABORT, 'constraint: cart_full') WHERE 50 <= (
    SELECT count(*) FROM cart_line
    WHERE tenant_id = NEW.tenant_id AND cart_id = NEW.cart_id AND product_id <> NEW.product_id);
END;

-- A cart's prices, frozen for a while. Checkout consumes it, once.
CREATE TABLE quote (
  tenant_id     TEXT    NOT NULL,
  id            TEXT    NOT NULL,
  cart_id       TEXT    NOT NULL,
  status        TEXT    NOT NULL CHECK (status IN ('open', 'stale', 'consumed')),
  record        TEXT    NOT NULL,
  created_at_ms INTEGER NOT NULL,
  expires_at_ms INTEGER NOT NULL,
  PRIMARY KEY (tenant_id, id)
) STRICT, WITHOUT ROWID;

CREATE INDEX quote_by_cart ON quote (tenant_id, cart_id, status);

CREATE TRIGGER quote_ends_the_one_before AFTER INSERT ON quote BEGIN
  UPDATE quote SET status = 'stale'
    WHERE tenant_id = NEW.tenant_id AND cart_id = NEW.cart_id AND status = 'open' AND id <> NEW.id;
END;

CREATE TRIGGER quote_is_of_the_cart_as_it_is AFTER UPDATE OF version ON cart BEGIN
  UPDATE quote SET status = 'stale'
    WHERE tenant_id = NEW.tenant_id AND cart_id = NEW.id AND status = 'open';
END;

CREATE TRIGGER cart_changes_when_a_line_comes AFTER INSERT ON cart_line BEGIN
  UPDATE cart SET version = version + 1 WHERE tenant_id = NEW.tenant_id AND id = NEW.cart_id;
END;

CREATE TRIGGER cart_changes_with_a_line AFTER UPDATE ON cart_line WHEN OLD.quantity <> NEW.quantity BEGIN
  UPDATE cart SET version = version + 1 WHERE tenant_id = NEW.tenant_id AND id = NEW.cart_id;
END;

CREATE TRIGGER cart_changes_when_a_line_goes AFTER DELETE ON cart_line BEGIN
  UPDATE cart SET version = version + 1 WHERE tenant_id = OLD.tenant_id AND id = OLD.cart_id;
END;

CREATE TRIGGER cart_changes_with_its_market AFTER UPDATE OF market, coupon ON cart
  WHEN OLD.market <> NEW.market OR OLD.coupon IS NOT NEW.coupon BEGIN
  UPDATE cart SET version = version + 1 WHERE tenant_id = NEW.tenant_id AND id = NEW.id;
END;
