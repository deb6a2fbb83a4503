/** Every row says who changed it; see signatures.ts. Of rows that are there nobody knows: null. */
export const signatures = `ALTER TABLE annotation_rows ADD COLUMN author_name TEXT;
ALTER TABLE annotation_rows ADD COLUMN updated_by TEXT;
ALTER TABLE annotation_rows ADD COLUMN updated_by_name TEXT;

ALTER TABLE comment_rows ADD COLUMN resolved_by_name TEXT;
ALTER TABLE comment_rows ADD COLUMN updated_by TEXT;
ALTER TABLE comment_rows ADD COLUMN updated_by_name TEXT;

ALTER TABLE document_rows ADD COLUMN updated_by TEXT;
ALTER TABLE document_rows ADD COLUMN updated_by_name TEXT;

ALTER TABLE label_rows ADD COLUMN updated_by TEXT;
ALTER TABLE label_rows ADD COLUMN updated_by_name TEXT;

ALTER TABLE versions ADD COLUMN author_name TEXT;
`;
