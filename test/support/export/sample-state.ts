import { env } from "cloudflare:workers";
import {
  annotationInputSchema,
  type Annotation,
  type AnnotationDraft,
  type AnnotationFields,
} from "../../../src/protocol/model/annotation.ts";
import { defaultStyle } from "../../../src/protocol/model/default-style.ts";
import type { Comment } from "../../../src/protocol/model/comment.ts";
import type { Document } from "../../../src/protocol/model/document.ts";
import type { LabelDefinition } from "../../../src/protocol/model/label-set.ts";
import { fail, ok } from "../../../src/protocol/errors.ts";
import type { ExportFormat, ExportOptions } from "../../../src/protocol/model/export-job.ts";
import type { ExportedFile } from "../../../src/files/exported-file.ts";
import { readImageInfo } from "../../../src/raster/decode/scan-image.ts";
import type { PixelLimits } from "../../../src/raster/output-limit.ts";
import { readConfig } from "../../../src/config.ts";
import { imageKey } from "../../../src/files/keys.ts";
import { emptyLabelSet } from "../../../src/room/label-sets.ts";
import type { StateReader } from "../../../src/export/read-state.ts";
import { collectFile } from "./collect-file.ts";
import { renderExport, type RenderSources } from "../../../src/export/render.ts";

const NOW = "2026-11-22T10:00:00.000Z";

export function sampleDocument(more: Partial<Document> = {}): Document {
  return {
    id: crypto.randomUUID(),
    title: "Sample",
    status: "active",
    version: 1,
    seq: 1,
    width: null,
    height: null,
    image: null,
    metadata: {},
    updated_by: null,
    updated_by_name: null,
    created_at: NOW,
    updated_at: NOW,
    deleted_at: null,
    ...more,
  };
}

let made = 0;

/** An annotation as the room would make it of an input: after those before it. */
export function sampleAnnotation(input: AnnotationDraft, more: Partial<AnnotationFields> = {}): Annotation {
  const {
    id: _id,
    author: _author,
    style,
    text,
    labels,
    properties: _bag,
    review = "none",
    z_index,
    ...shape
  } = annotationInputSchema.parse(input);
  return {
    id: crypto.randomUUID(),
    document_id: "00000000-0000-4000-8000-000000000000",
    ...shape,
    style: { ...defaultStyle, ...style } as Annotation["style"],
    text,
    labels,
    properties: {},
    author: null,
    author_name: null,
    updated_by: null,
    review,
    z_index,
    status: "active",
    version: 1,
    seq: 1,
    ordinal: ++made,
    created_at: NOW,
    updated_at: NOW,
    ...more,
  };
}

/** A document's state without its object, as the renderer reads it over RPC. */
export function stateOf(
  document: Document,
  annotations: readonly Annotation[],
  {
    pageSize = 100,
    labels = [],
    comments = [],
  }: { pageSize?: number; labels?: LabelDefinition[]; comments?: Comment[] } = {},
): StateReader {
  return {
    authorize: async () =>
      document.status === "deleted" ? fail("document_deleted", "The document is deleted") : ok(document),
    readDocumentAt: async () => ok(document),
    readLabelSetAt: async () => ok({ ...emptyLabelSet(document.id, NOW), labels }),
    readCommentsAt: async (_seq, after) => {
      const first = after ?? 0;
      const next = first + pageSize < comments.length ? first + pageSize : null;
      return ok({ comments: comments.slice(first, first + pageSize), next });
    },
    readAnnotationsAt: async (_seq, after) => {
      const first = after ?? 0;
      const page = annotations.slice(first, first + pageSize);
      const next = first + pageSize < annotations.length ? first + pageSize : null;
      return ok({ annotations: page, next });
    },
  };
}

/** Puts an image into R2, as the upload does, and makes a document with it. */
export async function documentWithImage(bytes: Uint8Array): Promise<Document> {
  const info = await readImageInfo(bytes);
  if (!info.ok) throw new Error(info.error.message);
  const { width, height, type } = info.value;
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  const image = {
    sha256: digest.toHex(),
    content_type: type,
    bytes: bytes.byteLength,
    width,
    height,
    url: "",
  };
  const document = sampleDocument({ width, height, image });
  await env.BUCKET.put(imageKey(document.id, image.sha256), bytes);
  return document;
}

export interface RenderRequest {
  document?: Document;
  annotations?: readonly Annotation[];
  /** Of the document's label set. */
  labels?: LabelDefinition[];
  comments?: Comment[];
  format?: ExportFormat;
  options?: Partial<ExportOptions>;
  /** Absent: the defaults. */
  limits?: Partial<PixelLimits>;
  origin?: string;
}

/** Renders a state, and collects the file. */
export async function render(
  request: RenderRequest,
): Promise<ExportedFile & { bytes: Uint8Array; size: number }> {
  const {
    document = sampleDocument(),
    annotations = [],
    labels = [],
    comments = [],
    format = "png",
    options,
    limits,
    origin,
  } = request;
  const sources: RenderSources = {
    room: stateOf(document, annotations, { labels, comments }),
    bucket: env.BUCKET,
    assets: env.ASSETS,
    limits: { ...readConfig({}), ...limits },
  };
  const job = {
    seq: 1,
    format,
    ...(origin !== undefined && { origin }),
    options: { scale: 1, quality: 85, background: "#ffffff", ...options },
  };
  const file = collectFile();
  const exported = await renderExport(job, sources, file.write, async () => undefined);
  const bytes = file.join();
  return { ...exported, bytes, size: bytes.byteLength };
}
