-- Documents that have revoked tokens: lists over all documents leave them out for tokens from before `min_iat` (seconds since the epoch, as in
-- a token). A table of its own, not a column of documents: a revocation takes no seq, by which those rows are guarded. A document that an older
-- service revoked tokens for is not here until it wakes up and sends its row.
CREATE TABLE revocations (
  document_id TEXT PRIMARY KEY,
  min_iat REAL NOT NULL
) STRICT;
