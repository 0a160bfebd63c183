-- An operator has taken the page of a sale that is over down; publishing it anew brings it back.
ALTER TABLE sale ADD COLUMN unpublished INTEGER NOT NULL DEFAULT 0;
