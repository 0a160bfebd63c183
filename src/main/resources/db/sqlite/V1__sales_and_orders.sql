-- Times are milliseconds since 1970, UTC. Prices are in the currency's minor unit.

CREATE TABLE sale (
  id              TEXT    NOT NULL PRIMARY KEY,
  definition      TEXT    NOT NULL,           -- the sale as JSON, as its operator wrote it
  phase           TEXT    NOT NULL CHECK (phase IN ('DRAFT', 'PUBLISHED', 'PAUSED', 'CLOSED', 'SETTLED')),
  publishing      INTEGER NOT NULL DEFAULT 0, -- its allotment is being taken from the regular stock
  seed            TEXT    NOT NULL,           -- of the draws; 64 hex digits
  pass_version    INTEGER NOT NULL DEFAULT 1,
  pass_expires_at INTEGER,
  epoch           INTEGER NOT NULL DEFAULT 0  -- raised each time the engine is loaded from here
);

CREATE TABLE sku (
  sale     TEXT    NOT NULL REFERENCES sale (id),
  id       TEXT    NOT NULL,
  allotted INTEGER NOT NULL DEFAULT 0,
  sold     INTEGER NOT NULL DEFAULT 0,        -- units of PLACED and PAID orders
  returned INTEGER NOT NULL DEFAULT 0,        -- units given back to the shop
  PRIMARY KEY (sale, id),
  CHECK (sold >= 0 AND returned >= 0),
  CHECK (sold <= allotted),
  CHECK (sold + returned <= allotted)
);

CREATE TABLE orders (
  id          TEXT    NOT NULL PRIMARY KEY,
  sale        TEXT    NOT NULL,
  sku         TEXT    NOT NULL,
  buyer       TEXT    NOT NULL,
  quantity    INTEGER NOT NULL CHECK (quantity > 0),
  price_minor INTEGER NOT NULL,
  status      TEXT    NOT NULL CHECK (status IN ('PLACED', 'PAID', 'CANCELLED', 'EXPIRED', 'REJECTED')),
  live_key    TEXT,                           -- sale and buyer while PLACED or PAID, else null
  shard       INTEGER NOT NULL,
  wave        INTEGER NOT NULL,
  admitted_at INTEGER NOT NULL,
  created_at  INTEGER NOT NULL,
  pay_before  INTEGER NOT NULL,
  changed_at  INTEGER NOT NULL,
  reason      TEXT,
  reference   TEXT,                           -- the payment's, at its provider
  shop_ref    TEXT,
  FOREIGN KEY (sale, sku) REFERENCES sku (sale, id)
);
CREATE UNIQUE INDEX orders_live ON orders (live_key);
CREATE INDEX orders_buyer ON orders (sale, buyer, created_at);
CREATE INDEX orders_due ON orders (status, pay_before);

-- What the database has decided and the engine, or the shop's regular stock, has yet to hear.
CREATE TABLE intent (
  id         TEXT    NOT NULL PRIMARY KEY,
  sale       TEXT    NOT NULL,
  sku        TEXT    NOT NULL,
  kind       TEXT    NOT NULL CHECK (kind IN ('TAKE', 'ADD', 'END', 'FORGET', 'RETURN', 'WITHDRAW', 'GIVE')),
  quantity   INTEGER NOT NULL,
  shard      INTEGER NOT NULL DEFAULT 0,
  order_id   TEXT,
  buyer      TEXT,
  not_before INTEGER NOT NULL DEFAULT 0,
  done_at    INTEGER,
  outcome    TEXT
);
CREATE INDEX intent_open ON intent (done_at, sale);

CREATE TABLE outbox (
  seq          INTEGER PRIMARY KEY AUTOINCREMENT,
  id           TEXT    NOT NULL UNIQUE,
  sale         TEXT    NOT NULL,
  order_key    TEXT    NOT NULL,              -- events of one key keep their order
  type         TEXT    NOT NULL,
  body         TEXT    NOT NULL,
  created_at   INTEGER NOT NULL,
  attempts     INTEGER NOT NULL DEFAULT 0,
  next_at      INTEGER NOT NULL DEFAULT 0,
  delivered_at INTEGER,
  parked_at    INTEGER,
  last_error   TEXT
);
CREATE INDEX outbox_waiting ON outbox (delivered_at, parked_at, seq);
CREATE INDEX outbox_key ON outbox (order_key, delivered_at);

CREATE TABLE wave (
  sale       TEXT    NOT NULL,
  sku        TEXT    NOT NULL,
  number     INTEGER NOT NULL,
  opened_at  INTEGER NOT NULL,
  k          INTEGER NOT NULL,                -- places
  units      INTEGER NOT NULL,                -- the budget at its start
  entries    INTEGER NOT NULL,
  admitted   INTEGER NOT NULL,
  cut_off    TEXT,                            -- the last admitted priority; null with pick: first
  complete   INTEGER NOT NULL,
  entered    BLOB,                            -- each entry's buyer hash and quantity
  PRIMARY KEY (sale, sku, number)
);

CREATE TABLE block (
  kind   TEXT NOT NULL CHECK (kind IN ('buyer', 'address', 'cidr')),
  value  TEXT NOT NULL,
  reason TEXT NOT NULL,
  PRIMARY KEY (kind, value)
);

CREATE TABLE late_payment (
  order_id     TEXT    NOT NULL,
  reference    TEXT    NOT NULL,
  amount_minor INTEGER NOT NULL,
  at           INTEGER NOT NULL,
  PRIMARY KEY (order_id, reference)
);

CREATE TABLE operator_log (
  seq    INTEGER PRIMARY KEY AUTOINCREMENT,
  at     INTEGER NOT NULL,
  action TEXT    NOT NULL,
  sale   TEXT,
  detail TEXT    NOT NULL
);

-- One row: the last moment in which we and the store were well. A gap is an outage of ours.
CREATE TABLE heartbeat (
  id INTEGER NOT NULL PRIMARY KEY CHECK (id = 1),
  at INTEGER NOT NULL
);

-- The regular stock of a shop that has none of its own to speak to: the demo's, a drill's.
CREATE TABLE product (
  sku   TEXT    NOT NULL PRIMARY KEY,
  units INTEGER NOT NULL CHECK (units >= 0)
);
CREATE TABLE product_move (
  id       TEXT    NOT NULL PRIMARY KEY,
  sku      TEXT    NOT NULL,
  quantity INTEGER NOT NULL
);
