-- Who asked for an export (the token's `sub`) may cancel it. NULL: it was asked for without a token.
ALTER TABLE exports ADD COLUMN requester TEXT;
