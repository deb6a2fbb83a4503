import { z } from "zod";
import { base64Schema } from "./base64.ts";
import { APPEND_UPDATES_MAX, CHANGES_LIMIT_DEFAULT, CHANGES_LIMIT_MAX, DELTA_MAX_BYTES } from "../limits.ts";
import { clientIdSchema, idSchema, seqSchema } from "./scalars.ts";
import { eventSchema } from "../wire/down.ts";
import { crdtSchema } from "./version.ts";

/** The change feed over HTTP: what a resuming socket would get, in portions. */
export const changesQuerySchema = z.strictObject({
  since: z.coerce.number().pipe(seqSchema).default(0),
  /** Changes in one answer; fewer come where they are large. */
  limit: z.coerce.number().int().min(1).max(CHANGES_LIMIT_MAX).default(CHANGES_LIMIT_DEFAULT),
});

export const changesSchema = z
  .object({
    document_id: idSchema,
    since: seqSchema,
    /** The head of the document's order of changes. */
    version: seqSchema,
    /**
     * false: `since` can't be served. Start over: replace the CRDT content by the snapshot and the updates in this
     * answer, read the annotations anew, go on at `next_since`.
     */
    resumed: z.boolean(),
    /** Only where `resumed` is false. */
    snapshot_version: seqSchema.optional(),
    snapshot_b64: z.string().nullable().optional(),
    /** Everything up to here is in this answer or before it: the next `since`. */
    next_since: seqSchema,
    /** Ask again with `next_since`. */
    more: z.boolean(),
    updates: crdtSchema.shape.updates,
    events: z.array(eventSchema),
  })
  .meta({ id: "Changes" });
export type Changes = z.infer<typeof changesSchema>;

/** CRDT updates without a socket: all or none, each with a seq of its own. */
export const updatesAppendSchema = z
  .strictObject({
    updates: z
      .array(
        z.strictObject({
          op_id: clientIdSchema,
          base_version: seqSchema,
          /** Where there is a token, its subject is taken instead. */
          actor_id: clientIdSchema.optional(),
          delta_b64: base64Schema(DELTA_MAX_BYTES),
        }),
      )
      .min(1)
      .max(APPEND_UPDATES_MAX),
  })
  .meta({ id: "UpdatesAppend" });

export const updatesAppendedSchema = z
  .object({
    version: seqSchema,
    /** In the order of the updates. */
    acks: z.array(z.object({ op_id: z.string(), seq: seqSchema, duplicate: z.boolean() })),
  })
  .meta({ id: "UpdatesAppended" });
