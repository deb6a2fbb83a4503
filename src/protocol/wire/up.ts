import { z } from "zod";
import { annotationInputSchema, annotationPatchSchema, operationsSchema } from "../model/annotation.ts";
import { base64Schema } from "../model/base64.ts";
import { DELTA_MAX_BYTES, PRESENCE_MAX_BYTES, SNAPSHOT_MAX_BYTES } from "../limits.ts";
import {
  clientIdSchema,
  idSchema,
  nameSchema,
  seqSchema,
  utf8Length,
  versionNumberSchema,
} from "../model/scalars.ts";

/** Everything a client may send, one schema a message. `ping` (bare text) is answered by the runtime itself. */

/** One CRDT update. `baseVersion` is the highest seq that was applied when the delta was made. */
export const updateShape = {
  opId: clientIdSchema,
  baseVersion: seqSchema,
  /** Where there is a token, its subject is taken instead; absent: the connection's. */
  actorId: clientIdSchema.optional(),
  deltaB64: base64Schema(DELTA_MAX_BYTES),
};
export const updateMessage = z
  .strictObject({ type: z.literal("update"), ...updateShape })
  .meta({ id: "UpdateMessage" });

/** A CRDT snapshot that holds exactly the acknowledged updates up to `version`, none that are only local. */
export const snapshotMessage = z
  .strictObject({
    type: z.literal("snapshot"),
    version: seqSchema.min(1),
    snapshotB64: base64Schema(SNAPSHOT_MAX_BYTES),
  })
  .meta({ id: "SnapshotMessage" });

/** What this connection shows of itself from now on: a cursor, a selection. Until then it shows `{}`. */
export const presenceMessage = z
  .strictObject({
    type: z.literal("presence"),
    state: z
      .record(z.string(), z.unknown())
      .refine((state) => utf8Length(JSON.stringify(state)) <= PRESENCE_MAX_BYTES, {
        error: `must be at most ${PRESENCE_MAX_BYTES} bytes of JSON`,
      }),
  })
  .meta({ id: "PresenceMessage" });

export const annotationCreateMessage = z
  .strictObject({
    type: z.literal("annotation.create"),
    opId: clientIdSchema,
    annotation: annotationInputSchema,
  })
  .meta({ id: "AnnotationCreateMessage" });

export const annotationUpdateMessage = z
  .strictObject({
    type: z.literal("annotation.update"),
    opId: clientIdSchema,
    id: idSchema,
    version: versionNumberSchema,
    patch: annotationPatchSchema,
  })
  .meta({ id: "AnnotationUpdateMessage" });

export const annotationDeleteMessage = z
  .strictObject({
    type: z.literal("annotation.delete"),
    opId: clientIdSchema,
    id: idSchema,
    version: versionNumberSchema.optional(),
  })
  .meta({ id: "AnnotationDeleteMessage" });

export const annotationBatchMessage = z
  .strictObject({
    type: z.literal("annotation.batch"),
    opId: clientIdSchema,
    operations: operationsSchema,
  })
  .meta({ id: "AnnotationBatchMessage" });

/** How far this client has read: bounds what is sent ahead of it. */
export const receivedMessage = z
  .strictObject({ type: z.literal("received"), seq: seqSchema })
  .meta({ id: "ReceivedMessage" });

export const clientMessageSchema = z
  .discriminatedUnion("type", [
    updateMessage,
    snapshotMessage,
    presenceMessage,
    annotationCreateMessage,
    annotationUpdateMessage,
    annotationDeleteMessage,
    annotationBatchMessage,
    receivedMessage,
  ])
  .meta({ id: "ClientMessage" });
export type ClientMessage = z.infer<typeof clientMessageSchema>;
export type UpdateMessage = z.infer<typeof updateMessage>;
export type SnapshotMessage = z.infer<typeof snapshotMessage>;

/** The schema of each type: who knows the type need not try the others. */
export const clientMessageSchemas: ReadonlyMap<string, z.ZodType<ClientMessage>> = new Map(
  clientMessageSchema.options.map((option) => [option.shape.type.value, option]),
);

/** The query of both WebSocket routes. */
export const realtimeQuerySchema = z.strictObject({
  document_id: idSchema.optional(),
  /** Resume after this seq; absent: a fresh join. */
  since: z.coerce.number().pipe(seqSchema).optional(),
  actorId: clientIdSchema.optional(),
  /** Shown with the presence. */
  name: nameSchema.optional(),
  /** `hidden`: others are told neither of this connection nor of its end. For bots and recorders. */
  presence: z.literal("hidden").optional(),
  token: z.string().optional(),
});
