import * as z from "zod";
import { base64Schema } from "./base64.ts";
import { APPEND_UPDATES_MAX, CHANGES_LIMIT_DEFAULT, CHANGES_LIMIT_MAX, DELTA_MAX_BYTES } from "../limits.ts";
import { clientIdSchema, idSchema, opIdSchema, querySeqSchema, seqSchema } from "./scalars.ts";
import { eventSchema } from "../wire/events.ts";
import { crdtUpdatesSchema } from "./version.ts";

/** The change feed over HTTP: what a socket gets that resumes, in portions. */
export const changesQuerySchema = z.strictObject({
  since: querySeqSchema.default(0).meta({
    default: 0,
    description: "The changes after this seq: the `next_since` of the answer before. 0: from the beginning",
  }),
  limit: z.coerce
    .number()
    .int()
    .min(1)
    .max(CHANGES_LIMIT_MAX)
    .default(CHANGES_LIMIT_DEFAULT)
    .describe("The most changes in one answer. Fewer come where they are large"),
});

export const changesSchema = z
  .object({
    document_id: idSchema.describe("The document"),
    since: seqSchema.describe("The `since` that was asked for"),
    version: seqSchema.describe("The head of the document's order of changes"),
    resumed: z
      .boolean()
      .describe(
        "false: `since` can't be served. Merge the snapshot and the updates in this answer into your CRDT content, or, " +
          "where `content_epoch` is not the one you had, replace it. Read the annotations anew, and go on at `next_since`",
      ),
    content_epoch: seqSchema.describe(
      "The seq of the last revert that changed CRDT content. 0: there was none",
    ),
    snapshot_version: seqSchema
      .optional()
      .describe("Only where `resumed` is false: the snapshot holds the updates up to this seq"),
    snapshot_b64: z
      .string()
      .nullable()
      .optional()
      .describe("Only where `resumed` is false: the CRDT snapshot in base64. null: none"),
    next_since: seqSchema.describe(
      "The next `since`: everything up to here is in this answer or an earlier one",
    ),
    more: z.boolean().describe("true: ask again with `next_since`"),
    updates: crdtUpdatesSchema.describe("The CRDT updates among the changes"),
    events: z.array(eventSchema).describe("The other changes"),
  })
  .meta({ id: "Changes", description: "What came after `since`" });
export type Changes = z.infer<typeof changesSchema>;

export const updatesAppendSchema = z
  .strictObject({
    updates: z
      .array(
        z.strictObject({
          op_id: opIdSchema,
          base_version: seqSchema.describe("The highest seq that was applied when the delta was made"),
          actor_id: clientIdSchema
            .optional()
            .describe("Who made it. Where there is a token, its subject takes this place"),
          delta_b64: base64Schema(DELTA_MAX_BYTES, "The CRDT update"),
        }),
      )
      .min(1)
      .max(APPEND_UPDATES_MAX)
      .describe("The updates. Each gets a seq of its own, in this order"),
  })
  .meta({ id: "UpdatesAppend", description: "CRDT updates without a socket: all or none" });

export const updatesAppendedSchema = z
  .object({
    version: seqSchema.describe("The head of the document's order of changes"),
    acks: z
      .array(
        z.object({
          op_id: z.string().describe("The operation"),
          seq: seqSchema.describe("Its place in the document's order of changes"),
          duplicate: z
            .boolean()
            .describe("true: the operation was known already, and `seq` is the original one"),
        }),
      )
      .describe("One for each update, in their order"),
  })
  .meta({ id: "UpdatesAppended", description: "Where the updates are in the document's order of changes" });
