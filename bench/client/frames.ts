import { PROTOCOL_VERSION } from "../../src/protocol/limits.ts";
import type { Annotation } from "../../src/protocol/model/annotation.ts";
import type { Document } from "../../src/protocol/model/document.ts";
import type { StateMessage, StatePageMessage } from "../../src/protocol/wire/down.ts";

export const DOCUMENT_ID = "4a3c1f9e-6f0b-4d55-9d52-0f3b6f0c9a11";
/** As the room makes them. */
const PAGE_CHARACTERS = 1024 * 1024;
const AT = "2026-11-26T09:00:00.000Z";

const document: Document = {
  id: DOCUMENT_ID,
  title: "Bench",
  status: "active",
  version: 1,
  seq: 1,
  width: 1800,
  height: 1200,
  image: null,
  metadata: {},
  updated_by: null,
  updated_by_name: null,
  created_at: AT,
  updated_at: AT,
  deleted_at: null,
};

/** Boxes as people draw them, in ten layers. */
export function makeAnnotations(count: number): Annotation[] {
  return Array.from({ length: count }, (_, index) => ({
    id: `00000000-0000-4000-8000-${String(index).padStart(12, "0")}`,
    document_id: DOCUMENT_ID,
    type: "box",
    geometry: { x: index % 1700, y: (index * 7) % 1100, width: 100, height: 60 },
    style: { stroke: "#00c853", fill: null, stroke_width: 3, font_size: 24, opacity: 1 },
    text: `Note ${index}`,
    labels: ["hill"],
    properties: { task: "survey", index },
    author: "ann",
    author_name: null,
    updated_by: "ann",
    review: "none",
    z_index: index % 10,
    status: "active",
    version: 1,
    seq: index + 2,
    ordinal: (index + 2) * 512,
    created_at: AT,
    updated_at: AT,
  }));
}

/** The frames of a fresh join. */
export function makeState(annotations: readonly Annotation[]): string[] {
  const version = annotations.length + 1;
  const state: StateMessage = {
    type: "state",
    protocol: PROTOCOL_VERSION,
    documentId: DOCUMENT_ID,
    connectionId: "c1",
    version,
    lineage: "a1",
    contentEpoch: 0,
    snapshotVersion: 0,
    snapshotB64: null,
    updates: [],
    events: [],
    document: { ...document, seq: version },
    labels: {
      document_id: DOCUMENT_ID,
      labels: [],
      version: 1,
      seq: 1,
      updated_by: null,
      updated_by_name: null,
      updated_at: AT,
    },
    annotations: [],
    comments: [],
    presence: [],
    resumed: false,
    diverged: false,
    more: true,
  };
  const pages: StatePageMessage[] = [];
  let items: Annotation[] = [];
  let size = 0;
  for (const annotation of annotations) {
    items.push(annotation);
    size += JSON.stringify(annotation).length;
    if (size < PAGE_CHARACTERS) continue;
    pages.push({ type: "state_page", part: "annotations", items, last: false });
    items = [];
    size = 0;
  }
  pages.push({ type: "state_page", part: "annotations", items, last: true });
  return [state, ...pages].map((message) => JSON.stringify(message));
}
