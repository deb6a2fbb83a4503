import * as z from "zod";
import { annotationSchema } from "../model/annotation.ts";
import { documentSchema } from "../model/document.ts";
import { seqSchema } from "../model/scalars.ts";
import { versionSchema } from "../model/version.ts";
import { messageType } from "./message-type.ts";

/** Changes of the document itself and its versions. They are made over REST and told to everyone in the room. */

const seq = seqSchema.min(1).describe("The place of the change in the document's order");

export const documentUpdatedEvent = z
  .object({ type: messageType("document.updated"), seq, document: documentSchema })
  .meta({ id: "DocumentUpdatedEvent", description: "The document's own fields changed, or its picture" });
export const documentDeletedEvent = z
  .object({ type: messageType("document.deleted"), seq, document: documentSchema })
  .meta({ id: "DocumentDeletedEvent", description: "The document was deleted. The socket closes with 4410" });
export const versionCreatedEvent = z
  .object({ type: messageType("version.created"), seq, version: versionSchema })
  .meta({
    id: "VersionCreatedEvent",
    description: "A version was taken, or a revert kept what was before it",
  });
export const versionRevertedEvent = z
  .object({
    type: messageType("version.reverted"),
    seq,
    version: versionSchema,
    document: documentSchema,
    annotations: z
      .array(annotationSchema)
      .nullable()
      .describe(
        "What the revert changed. null: too much for one message; the `state` that follows has everything",
      ),
  })
  .meta({
    id: "VersionRevertedEvent",
    description: "The state of `version` is the present again. `reset` and a fresh `state` follow",
  });

export const resetMessage = z
  .object({
    type: messageType("reset"),
    seq,
    crdtChanged: z
      .boolean()
      .describe("true: replace your CRDT document by the `state` that follows. Never merge"),
  })
  .meta({ id: "ResetMessage", description: "A revert has taken place. A fresh `state` follows" });
