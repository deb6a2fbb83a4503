import * as z from "zod";
import {
  annotationInputSchema,
  annotationPatchSchema,
  annotationSchema,
  operationsSchema,
} from "../model/annotation.ts";
import { idSchema, opIdSchema, seqSchema, versionNumberSchema } from "../model/scalars.ts";
import { messageType } from "./message-type.ts";

/** Edits of annotations, and how everyone else hears of them. The sender gets an `ack` in place of the event. */

export const annotationCreateMessage = z
  .strictObject({
    type: messageType("annotation.create"),
    opId: opIdSchema,
    annotation: annotationInputSchema,
  })
  .meta({ id: "AnnotationCreateMessage", description: "Makes an annotation" });

export const annotationUpdateMessage = z
  .strictObject({
    type: messageType("annotation.update"),
    opId: opIdSchema,
    id: idSchema.describe("The annotation to change"),
    version: versionNumberSchema.describe(
      "The version that the change was made for. A stale one is refused with `stale_version`",
    ),
    patch: annotationPatchSchema,
  })
  .meta({ id: "AnnotationUpdateMessage", description: "Changes an annotation" });

export const annotationDeleteMessage = z
  .strictObject({
    type: messageType("annotation.delete"),
    opId: opIdSchema,
    id: idSchema.describe("The annotation to delete"),
    version: versionNumberSchema
      .optional()
      .describe("Refuses the delete with `stale_version` where it is not the current one"),
  })
  .meta({ id: "AnnotationDeleteMessage", description: "Deletes an annotation" });

export const annotationRestoreMessage = z
  .strictObject({
    type: messageType("annotation.restore"),
    opId: opIdSchema,
    id: idSchema.describe("The annotation to restore"),
    version: versionNumberSchema
      .optional()
      .describe("Refuses the restore with `stale_version` where it is not the current one"),
  })
  .meta({ id: "AnnotationRestoreMessage", description: "Brings a deleted annotation back" });

export const annotationBatchMessage = z
  .strictObject({
    type: messageType("annotation.batch"),
    opId: opIdSchema,
    operations: operationsSchema.describe("Applied in this order, all or none. No id may come twice"),
  })
  .meta({ id: "AnnotationBatchMessage", description: "Several operations as one change: all or none" });

const seq = seqSchema.min(1).describe("The place of the change in the document's order");
const annotation = annotationSchema;

export const annotationCreatedEvent = z
  .object({ type: messageType("annotation.created"), seq, annotation })
  .meta({ id: "AnnotationCreatedEvent", description: "An annotation was made" });
export const annotationUpdatedEvent = z
  .object({ type: messageType("annotation.updated"), seq, annotation })
  .meta({ id: "AnnotationUpdatedEvent", description: "An annotation was changed, or restored" });
export const annotationDeletedEvent = z
  .object({ type: messageType("annotation.deleted"), seq, annotation })
  .meta({ id: "AnnotationDeletedEvent", description: "An annotation was deleted" });
export const annotationBatchEvent = z
  .object({
    type: messageType("annotation.batch"),
    seq,
    annotations: z
      .array(annotationSchema)
      .describe("Each annotation as it is now, in the order of the operations"),
  })
  .meta({ id: "AnnotationBatchEvent", description: "Several annotations were changed at once" });
