-- What a list tells of a document beside its own fields, and orders it by. A document sends these with every change of
-- its annotations, in the same request.
ALTER TABLE documents ADD COLUMN annotation_count INTEGER NOT NULL DEFAULT 0;
ALTER TABLE documents ADD COLUMN open_thread_count INTEGER NOT NULL DEFAULT 0;
ALTER TABLE documents ADD COLUMN contributor_count INTEGER NOT NULL DEFAULT 0;
ALTER TABLE documents ADD COLUMN changed_at INTEGER NOT NULL DEFAULT 0;
-- The title as a list sorts it: see `src/catalog/title-sort-key.ts`. Older rows have the title in lower case.
ALTER TABLE documents ADD COLUMN title_sort TEXT NOT NULL DEFAULT '';

-- Comments are not here: until its next change a document has no open threads, and nobody who only commented.
UPDATE documents SET
  title_sort = substr(title_search, 1, 100),
  annotation_count = (SELECT count(*) FROM annotations AS a WHERE a.document_id = documents.id AND a.status = 'active'),
  contributor_count = min(100, (SELECT count(DISTINCT author) FROM annotations AS a WHERE a.document_id = documents.id)),
  changed_at = max(
    CAST(round(unixepoch(resource ->> '$.updated_at', 'subsec') * 1000) AS INTEGER),
    ifnull((SELECT max(updated_at) FROM annotations AS a WHERE a.document_id = documents.id), 0));

-- One for each order: a change of an annotation then writes one entry. Lists with deleted documents are rare, and sorted.
CREATE INDEX documents_by_change ON documents (status, changed_at, id);
CREATE INDEX documents_by_title ON documents (status, title_sort, id);
