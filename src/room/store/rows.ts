import type { Annotation } from "../../protocol/model/annotation.ts";
import { type Document } from "../../protocol/model/document.ts";
import { type StoredImage, imageUrl } from "../stored-image.ts";
import type { Shape } from "../../protocol/model/geometry.ts";
import { toTimestamp } from "../../protocol/model/scalars.ts";
import type { Version } from "../../protocol/model/version.ts";
import { type SignedRow, readSignature } from "./signatures.ts";

/** Rows of the object's tables, and the resources they stand for. */

export type DocumentRow = {
  seq: number;
  version: number;
  title: string;
  status: "active" | "deleted";
  width: number | null;
  height: number | null;
  image: string | null;
  metadata: string;
  updated_by: string | null;
  updated_by_name: string | null;
  created_at: number;
  updated_at: number;
  deleted_at: number | null;
};

export function toDocument(row: DocumentRow, id: string, seq: number): Document {
  const image = row.image === null ? null : (JSON.parse(row.image) as StoredImage);
  return {
    id,
    title: row.title,
    status: row.status,
    version: row.version,
    seq,
    width: row.width,
    height: row.height,
    image: image && { ...image, url: imageUrl(id, image.sha256) },
    metadata: JSON.parse(row.metadata) as Document["metadata"],
    updated_by: row.updated_by,
    updated_by_name: row.updated_by_name,
    created_at: toTimestamp(row.created_at),
    updated_at: toTimestamp(row.updated_at),
    deleted_at: row.deleted_at === null ? null : toTimestamp(row.deleted_at),
  };
}

export type AnnotationRow = SignedRow & {
  id: string;
  seq: number;
  version: number;
  type: Annotation["type"];
  status: Annotation["status"];
  z_index: number;
  review: Annotation["review"];
  labels: string;
  body: string;
  position: number | null;
  created_at: number;
  updated_at: number;
  ordinal: number;
};

type AnnotationBody = Pick<Annotation, "geometry" | "style" | "text" | "properties">;

export function toAnnotation(row: AnnotationRow, documentId: string): Annotation {
  const body = JSON.parse(row.body) as AnnotationBody;
  // They were checked against each other when the row was written.
  const shape = { type: row.type, geometry: body.geometry } as Shape;
  return {
    id: row.id,
    document_id: documentId,
    ...shape,
    style: body.style,
    text: body.text,
    labels: JSON.parse(row.labels) as string[],
    properties: body.properties,
    author: row.author,
    author_name: row.author_name,
    review: row.review,
    z_index: row.z_index,
    status: row.status,
    version: row.version,
    seq: row.seq,
    ordinal: row.ordinal,
    created_at: toTimestamp(row.created_at),
    updated_at: toTimestamp(row.updated_at),
    ...readSignature(row),
  };
}

export function toAnnotationBody({ geometry, style, text, properties }: AnnotationBody): string {
  return JSON.stringify({ geometry, style, text, properties } satisfies AnnotationBody);
}

/** As `JSON.stringify(toAnnotation(…))`, with members in another order, and without parsing up to 10,000 points. */
export function toAnnotationText(row: AnnotationRow, documentId: string): string {
  const { id, type, author, author_name, review, z_index, status, version, seq, ordinal } = row;
  const created_at = toTimestamp(row.created_at);
  const updated_at = toTimestamp(row.updated_at);
  const plain = {
    id,
    document_id: documentId,
    type,
    author,
    author_name,
    ...readSignature(row),
    review,
    z_index,
    status,
    version,
    seq,
    ordinal,
    created_at,
    updated_at,
  };
  // The body is a JSON object with members; `toAnnotationBody` wrote it.
  return `${JSON.stringify(plain).slice(0, -1)},"labels":${row.labels},${row.body.slice(1)}`;
}

export type VersionRow = {
  seq: number;
  id: string;
  number: number;
  label: string | null;
  author: string | null;
  author_name: string | null;
  automatic: number;
  document_version: number;
  annotation_count: number;
  content: string;
  created_at: number;
};

export function toVersion(row: VersionRow, documentId: string): Version {
  return {
    id: row.id,
    document_id: documentId,
    number: row.number,
    label: row.label,
    author: row.author,
    author_name: row.author_name,
    automatic: row.automatic === 1,
    seq: row.seq,
    document_version: row.document_version,
    annotation_count: row.annotation_count,
    created_at: toTimestamp(row.created_at),
  };
}
