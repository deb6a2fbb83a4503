-- An annotation's place in its document's order of creation. 0: not known here, so that what was made by an older service stays in its order
-- (by id within a millisecond); its document sends it anew, with its ordinal, when it wakes up.
ALTER TABLE annotations ADD COLUMN ordinal INTEGER NOT NULL DEFAULT 0;

DROP INDEX annotations_by_status;
DROP INDEX annotations_by_author;
CREATE INDEX annotations_by_status ON annotations (status, created_at, ordinal, id);
CREATE INDEX annotations_by_author ON annotations (author, status, created_at, ordinal, id);
