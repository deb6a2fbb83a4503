import * as z from "zod/mini";
import { component, describe } from "../describe.ts";
import { base64Schema } from "./base64.ts";
import { APPEND_UPDATES_MAX, DELTA_MAX_BYTES } from "../limits.ts";
import { clientIdSchema, idSchema, lineageSchema, opIdSchema, seqSchema } from "./scalars.ts";
import { eventSchema } from "../wire/events.ts";
import { crdtUpdatesSchema } from "./version.ts";

export const changesSchema = component(
  z.object({
    document_id: describe(idSchema, "The document"),
    since: describe(seqSchema, "The `since` that was asked for"),
    version: describe(seqSchema, "The head of the document's order of changes"),
    resumed: describe(
      z.boolean(),
      "false: `since` can't be served. Merge the snapshot and the updates in this answer into your CRDT content, or, " +
        "where `content_epoch` is not the one you had or `diverged` is true, replace it. Read annotations, comments and " +
        "the label set anew, and go on at `next_since`",
    ),
    diverged: describe(
      z.boolean(),
      "true: the service was given an older state, from before your `since`. What came after that is lost here",
    ),
    content_epoch: describe(
      seqSchema,
      "The seq of the last revert that changed CRDT content. 0: there was none",
    ),
    snapshot_version: describe(
      z.optional(seqSchema),
      "Only where `resumed` is false: the snapshot holds the updates up to this seq",
    ),
    snapshot_b64: describe(
      z.optional(z.nullable(z.string())),
      "Only where `resumed` is false: the CRDT snapshot in base64. null: none",
    ),
    next_since: describe(
      seqSchema,
      "The next `since`: everything up to here is in this answer or an earlier one",
    ),
    lineage: describe(lineageSchema, "The history that `next_since` belongs to. Send both back together"),
    more: describe(z.boolean(), "true: ask again with `next_since`"),
    updates: describe(crdtUpdatesSchema, "The CRDT updates among the changes"),
    events: describe(z.array(eventSchema), "The other changes"),
  }),
  "Changes",
  "What came after `since`",
);
export type Changes = z.infer<typeof changesSchema>;

export const updatesAppendSchema = component(
  z.strictObject({
    updates: describe(
      z
        .array(
          z.strictObject({
            op_id: opIdSchema,
            base_version: describe(seqSchema, "The highest seq that was applied when the delta was made"),
            actor_id: describe(
              z.optional(clientIdSchema),
              "Who made it. Where there is a token, its subject takes this place",
            ),
            delta_b64: base64Schema(DELTA_MAX_BYTES, "The CRDT update"),
          }),
        )
        .check(z.minLength(1), z.maxLength(APPEND_UPDATES_MAX)),
      "The updates. Each gets a seq of its own, in this order",
    ),
  }),
  "UpdatesAppend",
  "CRDT updates without a socket: all or none",
);

export const updatesAppendedSchema = component(
  z.object({
    version: describe(seqSchema, "The head of the document's order of changes"),
    acks: describe(
      z.array(
        z.object({
          op_id: describe(z.string(), "The operation"),
          seq: describe(seqSchema, "Its place in the document's order of changes"),
          duplicate: describe(
            z.boolean(),
            "true: the operation was known already, and `seq` is the original one",
          ),
        }),
      ),
      "One for each update, in their order",
    ),
  }),
  "UpdatesAppended",
  "Where the updates are in the document's order of changes",
);
