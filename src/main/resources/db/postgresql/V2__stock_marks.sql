-- How far each shard of a sale's stock was seen to come, where the engine is one that outlives this
-- process: a shard that is found behind it is older than what was sold from it. Without a row for
-- each shard the engine's data is not to be taken up again.
CREATE TABLE stock_mark (
  sale     TEXT    NOT NULL,
  shard    INTEGER NOT NULL,
  sequence BIGINT  NOT NULL,
  PRIMARY KEY (sale, shard)
);
