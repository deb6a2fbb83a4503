-- The origin (`https://host`) under which an export was asked for: a W3C file holds the picture's absolute address, and whoever renders it
-- has no request to read it from. NULL: an older service queued the job; the file has the path alone.
ALTER TABLE exports ADD COLUMN origin TEXT;
