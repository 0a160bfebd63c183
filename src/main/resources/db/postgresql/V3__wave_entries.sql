-- What each gate had of a wave that several gates held. The wave's own row then has no entries, and
-- for those who come first neither their number: they are the sum of these.
CREATE TABLE wave_entries (
  sale     TEXT COLLATE "C" NOT NULL,
  sku      TEXT COLLATE "C" NOT NULL,
  number   BIGINT NOT NULL,
  gate     TEXT COLLATE "C" NOT NULL,
  entries  INTEGER NOT NULL,
  admitted INTEGER NOT NULL,
  counted  INTEGER NOT NULL, -- 0: handed in after the draw
  entered  BYTEA,             -- each entry's buyer hash and quantity
  PRIMARY KEY (sale, sku, number, gate)
);
