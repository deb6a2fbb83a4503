-- The catalog: what lists, filters and search across documents need. The truth is in the documents' objects.
CREATE TABLE documents (
  id TEXT PRIMARY KEY
) STRICT;
