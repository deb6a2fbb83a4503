import * as z from "zod/mini";
import { component, describe } from "../describe.ts";
import { annotationSchema } from "../model/annotation.ts";
import { documentSchema } from "../model/document.ts";
import { labelSetSchema } from "../model/label-set.ts";
import { seqSchema } from "../model/scalars.ts";
import { versionSchema } from "../model/version.ts";
import { messageType } from "./message-type.ts";

/** Changes of the document itself and its versions. They are made over REST and told to everyone in the room. */

const seq = describe(seqSchema.check(z.minimum(1)), "The place of the change in the document's order");

export const documentUpdatedEvent = component(
  z.object({ type: messageType("document.updated"), seq, document: documentSchema }),
  "DocumentUpdatedEvent",
  "The document's own fields changed, or its picture",
);
export const documentDeletedEvent = component(
  z.object({ type: messageType("document.deleted"), seq, document: documentSchema }),
  "DocumentDeletedEvent",
  "The document was deleted. The socket closes with 4410",
);
export const versionCreatedEvent = component(
  z.object({ type: messageType("version.created"), seq, version: versionSchema }),
  "VersionCreatedEvent",
  "A version was taken, or a revert kept what was before it",
);
export const versionRevertedEvent = component(
  z.object({
    type: messageType("version.reverted"),
    seq,
    version: versionSchema,
    document: documentSchema,
    labels: describe(z.nullable(labelSetSchema), "The label set. null: the revert did not change it"),
    annotations: describe(
      z.nullable(z.array(annotationSchema)),
      "What the revert changed. null: too much for one message; the `state` that follows has everything",
    ),
  }),
  "VersionRevertedEvent",
  "The state of `version` is the present again. `reset` and a fresh `state` follow",
);

export const resetMessage = component(
  z.object({
    type: messageType("reset"),
    seq,
    crdtChanged: describe(
      z.boolean(),
      "true: replace your CRDT document by the `state` that follows. Never merge",
    ),
  }),
  "ResetMessage",
  "A revert has taken place. A fresh `state` follows",
);
