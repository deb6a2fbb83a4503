import type { Annotation, AnnotationFields } from "../../src/protocol/model/annotation.ts";
import type { Document, DocumentSummary } from "../../src/protocol/model/document.ts";
import type { Shape } from "../../src/protocol/model/geometry.ts";
import type { Version } from "../../src/protocol/model/version.ts";

const created = "2026-11-22T10:00:00.000Z";

/** A document as the room answers it. */
export function makeDocument(fields: Partial<Document> = {}): Document {
  return {
    id: crypto.randomUUID(),
    title: "A document",
    status: "active",
    version: 1,
    seq: 1,
    width: null,
    height: null,
    image: null,
    metadata: {},
    updated_by: null,
    updated_by_name: null,
    created_at: created,
    updated_at: created,
    deleted_at: null,
    ...fields,
  };
}

/** A document as lists have it. */
export function makeSummary(fields: Partial<DocumentSummary> = {}): DocumentSummary {
  const numbers = { annotation_count: 0, open_thread_count: 0, contributor_count: 0, changed_at: created };
  return { ...makeDocument(), ...numbers, ...fields };
}

export function makeAnnotation(
  fields: Partial<AnnotationFields> = {},
  shape: Shape = { type: "point", geometry: { x: 1, y: 2 } },
): Annotation {
  return {
    id: crypto.randomUUID(),
    document_id: crypto.randomUUID(),
    ...shape,
    style: { stroke: "#e11d48", fill: null, stroke_width: 3, font_size: 24, opacity: 1 },
    text: "",
    labels: [],
    properties: {},
    author: null,
    author_name: null,
    updated_by: null,
    review: "none",
    z_index: 0,
    status: "active",
    version: 1,
    seq: 2,
    ordinal: 1024,
    created_at: created,
    updated_at: created,
    ...fields,
  };
}

export function makeVersion(fields: Partial<Version> = {}): Version {
  return {
    id: crypto.randomUUID(),
    document_id: crypto.randomUUID(),
    number: 1,
    label: null,
    author: null,
    author_name: null,
    automatic: false,
    seq: 2,
    document_version: 1,
    annotation_count: 0,
    created_at: created,
    ...fields,
  };
}
