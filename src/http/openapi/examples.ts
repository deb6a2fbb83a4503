import type { Annotation } from "../../protocol/model/annotation.ts";
import type { Comment } from "../../protocol/model/comment.ts";
import type { Document, DocumentPage } from "../../protocol/model/document.ts";
import type { ExportJob } from "../../protocol/model/export-job.ts";
import type { LabelSet } from "../../protocol/model/label-set.ts";
import { ORDINALS_PER_SEQ } from "../../room/ordinals.ts";
import type { Version } from "../../protocol/model/version.ts";

/** One story for every example: a plan of a floor, with a box drawn on it. */

const created = "2026-11-22T10:00:00.000Z";
const updated = "2026-11-22T10:05:00.000Z";
const sha256 = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";

export const exampleDocumentId = "6f1f9f0e-6a5e-4a7b-9d0a-3f6f2b8c1d20";
export const exampleAnnotationId = "0b9a1f66-2c0e-4f53-8d7d-5a1c9e4b7f31";

export const exampleDocument: Document = {
  id: exampleDocumentId,
  title: "Ground floor",
  status: "active",
  version: 2,
  seq: 3,
  width: 1800,
  height: 1200,
  image: {
    sha256,
    content_type: "image/jpeg",
    bytes: 347_327,
    width: 1800,
    height: 1200,
    url: `/v1/documents/${exampleDocumentId}/image?sha256=${sha256}`,
  },
  metadata: { project: "west wing" },
  updated_by: "ana",
  updated_by_name: "Ana",
  created_at: created,
  updated_at: updated,
  deleted_at: null,
};

export const exampleDocumentPage: DocumentPage = {
  items: [
    {
      ...exampleDocument,
      annotation_count: 13,
      open_thread_count: 2,
      contributor_count: 3,
      changed_at: updated,
    },
  ],
  page: 1,
  size: 20,
  total: 1,
  next: null,
};

export const exampleAnnotation: Annotation = {
  id: exampleAnnotationId,
  document_id: exampleDocumentId,
  type: "box",
  geometry: { x: 120, y: 80, width: 340, height: 210 },
  style: { stroke: "#e11d48", fill: "#e11d4833", stroke_width: 3, font_size: 24, opacity: 1 },
  text: "Move this wall",
  labels: ["wall"],
  properties: { cost: 1200 },
  author: "ana",
  author_name: "Ana",
  updated_by: "ben",
  updated_by_name: "Ben",
  review: "none",
  z_index: 0,
  status: "active",
  version: 2,
  seq: 3,
  ordinal: 3 * ORDINALS_PER_SEQ,
  created_at: updated,
  updated_at: updated,
};

export const exampleCommentId = "4e8d1c7a-3f52-4b06-9a1e-6c2b7d905f48";

export const exampleComment: Comment = {
  id: exampleCommentId,
  document_id: exampleDocumentId,
  annotation_id: exampleAnnotationId,
  reply_to: null,
  text: "Is this wall load-bearing? @ben",
  author: "ana",
  author_name: "Ana",
  updated_by: "ana",
  resolved: false,
  resolved_by: null,
  resolved_by_name: null,
  resolved_at: null,
  status: "active",
  version: 1,
  seq: 4,
  ordinal: 4 * ORDINALS_PER_SEQ,
  created_at: updated,
  updated_at: updated,
  edited_at: null,
};

export const exampleLabelSet: LabelSet = {
  document_id: exampleDocumentId,
  labels: [
    { name: "wall", color: "#e11d48", key: "w" },
    { name: "door", color: "#2563eb", key: "d" },
  ],
  version: 2,
  seq: 2,
  updated_by: "ana",
  updated_by_name: "Ana",
  updated_at: created,
};

export const exampleVersion: Version = {
  id: "c3a5d7e9-1b2d-4f60-8a9c-0e1f2a3b4c5d",
  document_id: exampleDocumentId,
  number: 1,
  label: "Before the meeting",
  author: "ana",
  author_name: "Ana",
  automatic: false,
  seq: 4,
  document_version: 2,
  annotation_count: 1,
  created_at: updated,
};

export const exampleExport: ExportJob = {
  id: "7d0c5b3a-9e8f-4a1b-b2c3-d4e5f6a7b8c9",
  document_id: exampleDocumentId,
  version_id: null,
  seq: 4,
  status: "succeeded",
  progress: 1,
  format: "png",
  options: { scale: 1, quality: 85, background: "#ffffff" },
  result_url: "/exports/7d0c5b3a-9e8f-4a1b-b2c3-d4e5f6a7b8c9.png",
  error: null,
  warnings: [],
  attempts: 1,
  bytes: 2_804_113,
  width: 1800,
  height: 1200,
  created_at: updated,
  started_at: updated,
  finished_at: updated,
};

/** A job as it is made. */
export const exampleQueuedExport: ExportJob = {
  ...exampleExport,
  status: "queued",
  progress: 0,
  result_url: null,
  attempts: 0,
  bytes: null,
  width: null,
  height: null,
  started_at: null,
  finished_at: null,
};

/** A job that was cancelled before anyone worked on it. */
export const exampleCancelledExport: ExportJob = {
  ...exampleQueuedExport,
  status: "cancelled",
  finished_at: updated,
};

/** A page with one item. */
export function examplePage<T>(item: T) {
  return { items: [item], page: 1, size: 20, total: 1 };
}
