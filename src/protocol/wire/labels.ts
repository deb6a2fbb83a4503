import * as z from "zod/mini";
import { component, describe } from "../describe.ts";
import { labelSetInputShape, labelSetSchema } from "../model/label-set.ts";
import { opIdSchema, seqSchema } from "../model/scalars.ts";
import { messageType } from "./message-type.ts";

/** Changes of the document's label set. The sender gets an `ack` in place of the event. */

export const labelsSetMessage = component(
  z.strictObject({ type: messageType("labels.set"), opId: opIdSchema, ...labelSetInputShape }),
  "LabelsSetMessage",
  "Replaces the labels of the document's label set",
);

export const labelsUpdatedEvent = component(
  z.object({
    type: messageType("labels.updated"),
    seq: describe(seqSchema.check(z.minimum(1)), "The place of the change in the document's order"),
    labels: labelSetSchema,
  }),
  "LabelsUpdatedEvent",
  "The document's label set was replaced",
);
