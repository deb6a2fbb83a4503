import { type CommentOperation, toCommentRequest } from "./comments.ts";
import type { Who } from "./people.ts";
import type { Geometries } from "../../../src/protocol/model/geometry.ts";

/** What clients ask for under an opId, over sockets and over REST alike. */
export type Operation =
  | { type: "update"; opId: string; delta: string }
  | { type: "annotation.create"; opId: string; input: Input }
  | { type: "annotation.update"; opId: string; id: string; version: number; patch: Patch }
  | { type: "annotation.delete" | "annotation.restore"; opId: string; id: string; version?: number }
  | { type: "annotation.batch"; opId: string; operations: BatchOperation[] }
  | { type: "labels.set"; opId: string; labels: Label[]; version?: number }
  | CommentOperation;

export interface Label {
  name: string;
  color: string;
  key: string | null;
}

/**
 * A box: what differs between the types is no matter to the room. Ids are the clients' own, so that a test knows what
 * it made.
 */
export interface Input {
  id: string;
  type: "box";
  geometry: Box;
  style: StylePatch;
  text: string;
  labels: string[];
  properties: Record<string, unknown>;
  review?: Review;
  z_index: number;
  author?: string;
}
export interface Patch {
  geometry?: Box;
  style?: StylePatch;
  text?: string;
  labels?: string[];
  properties?: Record<string, unknown>;
  review?: Review;
  z_index?: number;
}
type Review = "none" | "approved" | "changes_requested";
type Box = Geometries["box"];
type Style = {
  stroke: string | null;
  stroke_width: number;
  font_size: number;
  opacity: number;
  dash: number[];
};
type StylePatch = { [K in keyof Style]?: Style[K] | null };

export type BatchOperation =
  | ({ op: "create" } & Input)
  | ({ op: "update"; id: string; version: number } & Patch)
  | { op: "delete"; id: string; version?: number }
  | { op: "restore"; id: string; version?: number };

export interface Sender {
  /** The subject of a token, null without one. */
  sub: string | null;
  actorId: string;
  /** As resources name them. */
  by: Who;
}

/** As a message of the room. `base`: the highest seq that its sender knows. */
export function toMessage(operation: Operation, base: number): object {
  switch (operation.type) {
    case "update": {
      const { type, opId, delta } = operation;
      return { type, opId, baseVersion: base, deltaB64: btoa(delta) };
    }
    case "annotation.create": {
      const { input, ...rest } = operation;
      return { ...rest, annotation: input };
    }
    case "annotation.update":
    case "annotation.delete":
    case "annotation.restore":
    case "annotation.batch":
    case "labels.set":
    case "comment.update":
    case "comment.delete":
      return operation;
    case "comment.create": {
      const { input, ...rest } = operation;
      return { ...rest, comment: input };
    }
  }
}

/** As a request: path, method and body. */
export function toRequest(
  operation: Operation,
  documentId: string,
  base: number,
  { actorId }: Sender,
): { path: string; method: string; json?: unknown; headers: Record<string, string> } {
  const headers = { "Idempotency-Key": operation.opId };
  switch (operation.type) {
    case "update": {
      const { opId, delta } = operation;
      const update = { op_id: opId, base_version: base, actor_id: actorId, delta_b64: btoa(delta) };
      const json = { updates: [update] };
      return { path: `/v1/documents/${documentId}/updates`, method: "POST", json, headers: {} };
    }
    case "annotation.create": {
      const json = { document_id: documentId, ...operation.input };
      return { path: "/v1/annotations", method: "POST", json, headers };
    }
    case "annotation.update": {
      const { id, version, patch } = operation;
      const path = `/v1/annotations/${id}?document_id=${documentId}`;
      return { path, method: "PATCH", json: { version, ...patch }, headers };
    }
    case "annotation.delete": {
      const { id, version } = operation;
      const path = `/v1/annotations/${id}?document_id=${documentId}`;
      return { path: version === undefined ? path : `${path}&version=${version}`, method: "DELETE", headers };
    }
    case "annotation.restore": {
      const { id, version } = operation;
      const path = `/v1/annotations/${id}/restore?document_id=${documentId}`;
      return { path: version === undefined ? path : `${path}&version=${version}`, method: "POST", headers };
    }
    case "annotation.batch": {
      const json = { document_id: documentId, operations: operation.operations };
      return { path: "/v1/annotations/batch", method: "POST", json, headers };
    }
    case "labels.set": {
      const { labels, version } = operation;
      const json = { labels, ...(version !== undefined && { version }) };
      return { path: `/v1/documents/${documentId}/labels`, method: "PUT", json, headers };
    }
    case "comment.create":
    case "comment.update":
    case "comment.delete":
      return { ...toCommentRequest(operation, documentId), headers };
  }
}

/** The same opId for something else. */
export function otherContent(operation: Operation, text: string): Operation {
  const { opId } = operation;
  switch (operation.type) {
    case "update":
      return { ...operation, delta: `${operation.delta} ${text}` };
    case "annotation.create":
      return { ...operation, input: { ...operation.input, text } };
    case "annotation.update":
      return { ...operation, patch: { ...operation.patch, text } };
    case "annotation.delete":
    case "annotation.restore":
    case "comment.delete":
      return { type: "update", opId, delta: text };
    case "comment.create":
      return { ...operation, input: { ...operation.input, text } };
    case "comment.update":
      return { ...operation, patch: { ...operation.patch, text } };
    case "annotation.batch":
      return {
        ...operation,
        operations: [...operation.operations, { op: "delete", id: crypto.randomUUID() }],
      };
    case "labels.set":
      return { ...operation, labels: [...operation.labels, { name: text, color: "#000000", key: null }] };
  }
}
