-- Exports are rendered in turns: a renderer takes a job of those who have waited longest for one.
-- When a renderer last took the job. NULL: never.
ALTER TABLE exports ADD COLUMN leased_at INTEGER;
-- Since when storage, database or network have failed the job, without a success in between. NULL: they have not.
ALTER TABLE exports ADD COLUMN failing_since INTEGER;

-- The jobs that are not final, by whose turn they count against.
CREATE INDEX exports_open ON exports (requester, document_id, created_at, id, lease_until)
  WHERE status IN ('queued', 'running');
-- The last turn of a requester, and of a document.
CREATE INDEX exports_by_requester_turn ON exports (requester, leased_at);
CREATE INDEX exports_by_document_turn ON exports (document_id, leased_at);
