import * as z from "zod/mini";
import { component, describe } from "../describe.ts";
import { errorCodes } from "../errors.ts";
import { annotationSchema } from "../model/annotation.ts";
import { commentSchema } from "../model/comment.ts";
import { labelSetSchema } from "../model/label-set.ts";
import { seqSchema } from "../model/scalars.ts";
import { fieldErrorsSchema } from "../problem.ts";
import { messageType } from "./message-type.ts";

/** The answer to what a client sent: it is done and durable, or it was refused and changed nothing. */

export const ackMessage = component(
  z.object({
    type: messageType("ack"),
    opId: describe(z.string(), "The operation that this answers"),
    seq: describe(seqSchema.check(z.minimum(1)), "Its place in the document's order of changes"),
    duplicate: describe(
      z.optional(z.literal(true)),
      "The operation was known already: nothing changed now. `seq` is the original one",
    ),
    annotation: z.optional(annotationSchema),
    annotations: describe(
      z.optional(z.array(annotationSchema)),
      "Of annotation.batch: each annotation as it is now, in the order of the operations",
    ),
    comment: z.optional(commentSchema),
    labels: z.optional(labelSetSchema),
  }),
  "AckMessage",
  "The operation is done, and durable. One of an annotation or a comment answers it as it is now, " +
    "`labels.set` the label set",
);

export const errorMessage = component(
  z.object({
    type: messageType("error"),
    code: describe(z.enum(errorCodes), "What is wrong, for programs"),
    message: describe(z.string(), "What is wrong and what to do next, for people"),
    opId: describe(z.optional(z.string()), "The operation that was refused"),
    retryable: describe(z.boolean(), "true: the same message may succeed later"),
    retryAfterMs: describe(z.optional(z.int()), "How long to wait before the next try, in milliseconds"),
    errors: z.optional(fieldErrorsSchema),
    index: describe(z.optional(z.int()), "The operation of a batch that was refused, from 0"),
    current: describe(z.optional(z.unknown()), "The resource as it is now, where the message came too late"),
  }),
  "ErrorMessage",
  "A message was refused and changed nothing",
);
