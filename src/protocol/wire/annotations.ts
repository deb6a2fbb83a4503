import * as z from "zod/mini";
import { component, describe } from "../describe.ts";
import {
  annotationInputSchema,
  annotationPatchSchema,
  annotationSchema,
  operationsSchema,
} from "../model/annotation.ts";
import { idSchema, opIdSchema, seqSchema, versionNumberSchema } from "../model/scalars.ts";
import { messageType } from "./message-type.ts";

/** Edits of annotations, and how everyone else hears of them. The sender gets an `ack` in place of the event. */

export const annotationCreateMessage = component(
  z.strictObject({
    type: messageType("annotation.create"),
    opId: opIdSchema,
    annotation: annotationInputSchema,
  }),
  "AnnotationCreateMessage",
  "Makes an annotation",
);

export const annotationUpdateMessage = component(
  z.strictObject({
    type: messageType("annotation.update"),
    opId: opIdSchema,
    id: describe(idSchema, "The annotation to change"),
    version: describe(
      versionNumberSchema,
      "The version that the change was made for. A stale one is refused with `stale_version`",
    ),
    patch: annotationPatchSchema,
  }),
  "AnnotationUpdateMessage",
  "Changes an annotation",
);

export const annotationDeleteMessage = component(
  z.strictObject({
    type: messageType("annotation.delete"),
    opId: opIdSchema,
    id: describe(idSchema, "The annotation to delete"),
    version: describe(
      z.optional(versionNumberSchema),
      "Refuses the delete with `stale_version` where it is not the current one",
    ),
  }),
  "AnnotationDeleteMessage",
  "Deletes an annotation",
);

export const annotationRestoreMessage = component(
  z.strictObject({
    type: messageType("annotation.restore"),
    opId: opIdSchema,
    id: describe(idSchema, "The annotation to restore"),
    version: describe(
      z.optional(versionNumberSchema),
      "Refuses the restore with `stale_version` where it is not the current one",
    ),
  }),
  "AnnotationRestoreMessage",
  "Brings a deleted annotation back",
);

export const annotationBatchMessage = component(
  z.strictObject({
    type: messageType("annotation.batch"),
    opId: opIdSchema,
    operations: describe(operationsSchema, "Applied in this order, all or none. No id may come twice"),
  }),
  "AnnotationBatchMessage",
  "Several operations as one change: all or none",
);

const seq = describe(seqSchema.check(z.minimum(1)), "The place of the change in the document's order");
const annotation = annotationSchema;

export const annotationCreatedEvent = component(
  z.object({ type: messageType("annotation.created"), seq, annotation }),
  "AnnotationCreatedEvent",
  "An annotation was made",
);
export const annotationUpdatedEvent = component(
  z.object({ type: messageType("annotation.updated"), seq, annotation }),
  "AnnotationUpdatedEvent",
  "An annotation was changed, or restored",
);
export const annotationDeletedEvent = component(
  z.object({ type: messageType("annotation.deleted"), seq, annotation }),
  "AnnotationDeletedEvent",
  "An annotation was deleted",
);
export const annotationBatchEvent = component(
  z.object({
    type: messageType("annotation.batch"),
    seq,
    annotations: describe(
      z.array(annotationSchema),
      "Each annotation as it is now, in the order of the operations",
    ),
  }),
  "AnnotationBatchEvent",
  "Several annotations were changed at once",
);
