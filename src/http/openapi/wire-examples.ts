import type { ClientMessageDraft } from "../../protocol/wire/up.ts";
import type { ServerMessage } from "../../protocol/wire/down.ts";
import {
  exampleAnnotation,
  exampleAnnotationId,
  exampleComment,
  exampleCommentId,
  exampleDocument,
  exampleDocumentId,
  exampleExport,
  exampleLabelSet,
  exampleVersion,
} from "./examples.ts";

/** An example of every message, by the name of its schema: a session of Ana, who draws on the ground floor. */

const connectionId = "1c9f5b2a-8d3e-4a6f-b7c0-2e4d6f8a0b1c";
const update = { seq: 4, deltaB64: "AQID", actorId: "ana" };
const me = { connectionId, actorId: "ana", name: "Ana", state: { cursor: [120, 80] } };

const fromClient: Record<string, ClientMessageDraft> = {
  UpdateMessage: { type: "update", opId: "ana-17", baseVersion: 3, deltaB64: "AQID" },
  SnapshotMessage: { type: "snapshot", version: 204, snapshotB64: "AQIDBAUG" },
  PresenceMessage: { type: "presence", state: { cursor: [120, 80] } },
  AnnotationCreateMessage: {
    type: "annotation.create",
    opId: "ana-18",
    annotation: {
      type: "box",
      geometry: { x: 120, y: 80, width: 340, height: 210 },
      text: "Move this wall",
      labels: ["wall"],
    },
  },
  AnnotationUpdateMessage: {
    type: "annotation.update",
    opId: "ana-19",
    id: exampleAnnotationId,
    version: 1,
    patch: { text: "Keep this wall" },
  },
  AnnotationDeleteMessage: { type: "annotation.delete", opId: "ana-20", id: exampleAnnotationId },
  AnnotationRestoreMessage: { type: "annotation.restore", opId: "ana-22", id: exampleAnnotationId },
  AnnotationBatchMessage: {
    type: "annotation.batch",
    opId: "ana-21",
    operations: [
      { op: "create", type: "point", geometry: { x: 10, y: 20 }, labels: ["door"] },
      { op: "delete", id: exampleAnnotationId, version: 2 },
    ],
  },
  CommentCreateMessage: {
    type: "comment.create",
    opId: "ana-23",
    comment: { annotation_id: exampleAnnotationId, text: "Is this wall load-bearing? @ben" },
  },
  CommentUpdateMessage: {
    type: "comment.update",
    opId: "ana-24",
    id: exampleCommentId,
    patch: { resolved: true },
  },
  CommentDeleteMessage: { type: "comment.delete", opId: "ana-25", id: exampleCommentId },
  LabelsSetMessage: {
    type: "labels.set",
    opId: "ana-26",
    labels: [
      { name: "wall", color: "#e11d48", key: "w" },
      { name: "door", color: "#2563eb" },
    ],
    version: 1,
  },
  BroadcastMessage: { type: "broadcast", payload: { laser: [120, 80] } },
  ReceivedMessage: { type: "received", seq: 4 },
};

const fromServer: Record<string, ServerMessage> = {
  StateMessage: {
    type: "state",
    protocol: 1,
    documentId: exampleDocumentId,
    connectionId,
    version: 4,
    lineage: "9bdd2cb1a7f0",
    contentEpoch: 0,
    snapshotVersion: 0,
    snapshotB64: null,
    updates: [update],
    events: [],
    document: exampleDocument,
    labels: exampleLabelSet,
    annotations: [exampleAnnotation],
    comments: [exampleComment],
    presence: [me],
    resumed: false,
    diverged: false,
    more: false,
  },
  StatePageOfSnapshot: { type: "state_page", part: "snapshot", chunkB64: "AQIDBAUG", last: false },
  StatePageOfUpdates: { type: "state_page", part: "updates", items: [update], last: false },
  StatePageOfEvents: {
    type: "state_page",
    part: "events",
    items: [{ type: "annotation.created", seq: 3, annotation: exampleAnnotation }],
    last: false,
  },
  StatePageOfAnnotations: {
    type: "state_page",
    part: "annotations",
    items: [exampleAnnotation],
    last: false,
  },
  StatePageOfComments: { type: "state_page", part: "comments", items: [exampleComment], last: true },
  AckMessage: { type: "ack", opId: "ana-17", seq: 4 },
  RemoteUpdateMessage: { type: "remote_update", ...update },
  AnnotationCreatedEvent: { type: "annotation.created", seq: 3, annotation: exampleAnnotation },
  AnnotationUpdatedEvent: { type: "annotation.updated", seq: 3, annotation: exampleAnnotation },
  AnnotationDeletedEvent: {
    type: "annotation.deleted",
    seq: 3,
    annotation: { ...exampleAnnotation, status: "deleted" },
  },
  AnnotationBatchEvent: { type: "annotation.batch", seq: 3, annotations: [exampleAnnotation] },
  CommentCreatedEvent: { type: "comment.created", seq: 4, comment: exampleComment },
  CommentUpdatedEvent: {
    type: "comment.updated",
    seq: 5,
    comment: {
      ...exampleComment,
      resolved: true,
      resolved_by: "ben",
      resolved_at: exampleComment.updated_at,
      version: 2,
      seq: 5,
    },
  },
  CommentDeletedEvent: {
    type: "comment.deleted",
    seq: 5,
    comment: { ...exampleComment, text: "", status: "deleted", version: 2, seq: 5 },
  },
  DocumentUpdatedEvent: { type: "document.updated", seq: 3, document: exampleDocument },
  DocumentDeletedEvent: {
    type: "document.deleted",
    seq: 3,
    document: { ...exampleDocument, status: "deleted", deleted_at: exampleDocument.updated_at },
  },
  LabelsUpdatedEvent: { type: "labels.updated", seq: 2, labels: exampleLabelSet },
  VersionCreatedEvent: { type: "version.created", seq: 4, version: exampleVersion },
  VersionRevertedEvent: {
    type: "version.reverted",
    seq: 9,
    version: exampleVersion,
    document: exampleDocument,
    labels: exampleLabelSet,
    annotations: [exampleAnnotation],
  },
  SnapshotAckMessage: { type: "snapshot_ack", version: 204 },
  SnapshotRequestMessage: { type: "snapshot_request", version: 204 },
  PresenceEventMessage: { type: "presence", ...me, event: "join" },
  BroadcastEventMessage: { type: "broadcast", connectionId, actorId: "ana", payload: { laser: [120, 80] } },
  ExportProgressMessage: {
    type: "export.progress",
    export: { ...exampleExport, status: "running", progress: 0.4, result_url: null, finished_at: null },
  },
  ExportFinishedMessage: { type: "export.finished", export: exampleExport },
  ResetMessage: { type: "reset", seq: 9, crdtChanged: true },
  ErrorMessage: {
    type: "error",
    code: "stale_version",
    message: "The annotation is at version 2, not 1: apply the change to that one and send it again",
    opId: "ana-19",
    retryable: false,
    current: { ...exampleAnnotation, version: 2 },
  },
};

export const wireExamples: ReadonlyMap<string, unknown> = new Map(
  Object.entries({ ...fromClient, ...fromServer }),
);
