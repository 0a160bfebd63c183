-- Raised by every change of a sale, so that who has a copy knows it to be old, and an older word
-- never replaces a younger one.
ALTER TABLE sale ADD COLUMN revision BIGINT  NOT NULL DEFAULT 0;

-- An operator is ending the sale as one that should not have been: it is not settled meanwhile.
ALTER TABLE sale ADD COLUMN voiding INTEGER NOT NULL DEFAULT 0;

-- One row: how often the list of blocks has changed.
CREATE TABLE block_revision (
  id    INTEGER NOT NULL PRIMARY KEY CHECK (id = 1),
  value BIGINT  NOT NULL
);
INSERT INTO block_revision (id, value) VALUES (1, 0);

-- Who does what only one process of an installation may do at a time; he raises beat to keep it.
CREATE TABLE lease (
  name   TEXT    NOT NULL PRIMARY KEY,
  holder TEXT    NOT NULL,
  beat   BIGINT  NOT NULL
);

-- What all processes of an installation must have in common, such as a fingerprint of a key.
CREATE TABLE installation (
  name  TEXT NOT NULL PRIMARY KEY,
  value TEXT NOT NULL
);
