import { z } from "zod";
import { annotationSchema } from "../model/annotation.ts";
import { documentSchema } from "../model/document.ts";
import { errorCodes } from "../errors.ts";
import { exportJobSchema } from "../model/export-job.ts";
import { PROTOCOL_VERSION } from "../limits.ts";
import { idSchema, seqSchema } from "../model/scalars.ts";
import { versionSchema } from "../model/version.ts";

/** Everything the server may send, one schema a message. Resources are exactly their REST form. */

/** Changes with a seq that are not CRDT updates: broadcast as they happen, repeated to who resumes. */
const seq = seqSchema.min(1);
const annotationCreated = z
  .object({
    type: z.literal("annotation.created"),
    seq,
    annotation: annotationSchema,
  })
  .meta({ id: "AnnotationCreatedEvent" });
const annotationUpdated = z
  .object({
    type: z.literal("annotation.updated"),
    seq,
    annotation: annotationSchema,
  })
  .meta({ id: "AnnotationUpdatedEvent" });
const annotationDeleted = z
  .object({
    type: z.literal("annotation.deleted"),
    seq,
    annotation: annotationSchema,
  })
  .meta({ id: "AnnotationDeletedEvent" });
const annotationBatch = z
  .object({
    type: z.literal("annotation.batch"),
    seq,
    annotations: z.array(annotationSchema),
  })
  .meta({ id: "AnnotationBatchEvent" });
const documentUpdated = z
  .object({ type: z.literal("document.updated"), seq, document: documentSchema })
  .meta({ id: "DocumentUpdatedEvent" });
const documentDeleted = z
  .object({ type: z.literal("document.deleted"), seq, document: documentSchema })
  .meta({ id: "DocumentDeletedEvent" });
const versionCreated = z
  .object({ type: z.literal("version.created"), seq, version: versionSchema })
  .meta({ id: "VersionCreatedEvent" });
const versionReverted = z
  .object({
    type: z.literal("version.reverted"),
    seq,
    /** The version whose state is the present again. */
    version: versionSchema,
    document: documentSchema,
    /** What the revert changed; null where that is too much for a message: the `state` that follows has it. */
    annotations: z.array(annotationSchema).nullable(),
  })
  .meta({ id: "VersionRevertedEvent" });

export const eventSchema = z
  .discriminatedUnion("type", [
    annotationCreated,
    annotationUpdated,
    annotationDeleted,
    annotationBatch,
    documentUpdated,
    documentDeleted,
    versionCreated,
    versionReverted,
  ])
  .meta({ id: "Event" });
export type Event = z.infer<typeof eventSchema>;

/** An update as it is relayed and kept. */
const storedUpdate = z.object({ seq, deltaB64: z.string(), actorId: z.string() });
export type StoredUpdate = z.infer<typeof storedUpdate>;

const presence = z.object({
  connectionId: z.string(),
  actorId: z.string(),
  name: z.string().nullable(),
  state: z.record(z.string(), z.unknown()),
});
export type PresenceEntry = z.infer<typeof presence>;

export const stateMessage = z
  .object({
    type: z.literal("state"),
    protocol: z.literal(PROTOCOL_VERSION),
    documentId: idSchema,
    connectionId: z.string(),
    /** The head: every seq after it comes as a message of its own. */
    version: seqSchema,
    /** The seq up to which the snapshot holds the updates; 0 where there is none. */
    snapshotVersion: seqSchema,
    snapshotB64: z.string().nullable(),
    updates: z.array(storedUpdate),
    /** Of a resumed join: what happened after `since`, beside the updates. */
    events: z.array(eventSchema),
    document: documentSchema,
    /** All active ones on a fresh join; none on a resumed one. */
    annotations: z.array(annotationSchema),
    /** Who is there, this connection included. Those without room follow the last page as `presence`. */
    presence: z.array(presence),
    /** false: start over with what is here, whatever the client had. */
    resumed: z.boolean(),
    /** `state_page`s follow before anything else. */
    more: z.boolean(),
  })
  .meta({ id: "StateMessage" });
export type StateMessage = z.infer<typeof stateMessage>;

/** A part of a state too large for one message. The pages of a part are to be joined in order. */
const stateItems = <P extends string, T extends z.ZodType>(part: P, item: T) =>
  z
    .object({
      type: z.literal("state_page"),
      part: z.literal(part),
      items: z.array(item),
      last: z.boolean(),
    })
    .meta({ id: `StatePageOf${part[0]?.toUpperCase()}${part.slice(1)}` });
export const statePageMessage = z
  .discriminatedUnion("part", [
    z
      .object({
        type: z.literal("state_page"),
        part: z.literal("snapshot"),
        /** Base64 of whole bytes: decode each page, then join the bytes. */
        chunkB64: z.string(),
        /** No page of any part follows. */
        last: z.boolean(),
      })
      .meta({ id: "StatePageOfSnapshot" }),
    stateItems("updates", storedUpdate),
    stateItems("events", eventSchema),
    stateItems("annotations", annotationSchema),
  ])
  .meta({ id: "StatePageMessage" });
export type StatePageMessage = z.infer<typeof statePageMessage>;

const ack = z
  .object({
    type: z.literal("ack"),
    opId: z.string(),
    seq,
    /** The operation was known: nothing has changed now. */
    duplicate: z.literal(true).optional(),
    annotation: annotationSchema.optional(),
    annotations: z.array(annotationSchema).optional(),
  })
  .meta({ id: "AckMessage" });
const remoteUpdate = storedUpdate
  .extend({ type: z.literal("remote_update") })
  .meta({ id: "RemoteUpdateMessage" });
const snapshotAck = z
  .object({ type: z.literal("snapshot_ack"), version: seqSchema })
  .meta({ id: "SnapshotAckMessage" });
/** Please send a `snapshot` at this version or a later one. */
const snapshotRequest = z
  .object({ type: z.literal("snapshot_request"), version: seqSchema })
  .meta({ id: "SnapshotRequestMessage" });
/** Someone else has come, shows something else, or has gone. */
const presenceEvent = presence
  .extend({
    type: z.literal("presence"),
    event: z.enum(["join", "update", "leave"]),
    /** Of a leave: nothing was heard for a while. The connection may still be there. */
    reason: z.literal("idle").optional(),
  })
  .meta({ id: "PresenceEventMessage" });
const exportProgress = z
  .object({ type: z.literal("export.progress"), export: exportJobSchema })
  .meta({ id: "ExportProgressMessage" });
const exportFinished = z
  .object({ type: z.literal("export.finished"), export: exportJobSchema })
  .meta({ id: "ExportFinishedMessage" });
/** After a revert; a fresh `state` follows. With `crdtChanged` the CRDT document is replaced, never merged. */
const reset = z
  .object({ type: z.literal("reset"), seq, crdtChanged: z.boolean() })
  .meta({ id: "ResetMessage" });
const error = z
  .object({
    type: z.literal("error"),
    code: z.enum(errorCodes),
    message: z.string(),
    opId: z.string().optional(),
    /** The same message may succeed later. */
    retryable: z.boolean(),
    retryAfterMs: z.int().optional(),
    errors: z.array(z.object({ path: z.string(), message: z.string() })).optional(),
    index: z.int().optional(),
    /** The resource as it is now, where the message was late. */
    current: z.unknown().optional(),
  })
  .meta({ id: "ErrorMessage" });

export const serverMessageSchema = z
  .union([
    stateMessage,
    statePageMessage,
    ack,
    remoteUpdate,
    eventSchema,
    snapshotAck,
    snapshotRequest,
    presenceEvent,
    exportProgress,
    exportFinished,
    reset,
    error,
  ])
  .meta({ id: "ServerMessage" });
export type ServerMessage = z.infer<typeof serverMessageSchema>;
export type PresenceEvent = z.infer<typeof presenceEvent>;
