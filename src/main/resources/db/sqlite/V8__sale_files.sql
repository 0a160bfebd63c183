-- What the server has of the files that a sale names, as JSON: name, SHA-256 and published forms.
-- It stands in the sale's row, so that whoever reads that knows them, and asks for no content
-- twice.
ALTER TABLE sale ADD COLUMN files TEXT NOT NULL DEFAULT '[]';

-- Their contents as they are published: a picture in its widths, a template, styles.
CREATE TABLE sale_file (
  sale    TEXT NOT NULL REFERENCES sale (id),
  hash    TEXT NOT NULL,  -- SHA-256 of the content, 64 hex digits
  content BLOB NOT NULL,
  PRIMARY KEY (sale, hash)
);
