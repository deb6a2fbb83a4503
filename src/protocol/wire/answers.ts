import * as z from "zod";
import { errorCodes } from "../errors.ts";
import { annotationSchema } from "../model/annotation.ts";
import { seqSchema } from "../model/scalars.ts";
import { fieldErrorsSchema } from "../problem.ts";
import { messageType } from "./message-type.ts";

/** The answer to what a client sent: it is done and durable, or it was refused and changed nothing. */

export const ackMessage = z
  .object({
    type: messageType("ack"),
    opId: z.string().describe("The operation that this answers"),
    seq: seqSchema.min(1).describe("Its place in the document's order of changes"),
    duplicate: z
      .literal(true)
      .optional()
      .describe("The operation was known already: nothing changed now. `seq` is the original one"),
    annotation: annotationSchema.optional(),
    annotations: z
      .array(annotationSchema)
      .optional()
      .describe("Of annotation.batch: each annotation as it is now, in the order of the operations"),
  })
  .meta({
    id: "AckMessage",
    description:
      "The operation is done, and durable. One of an annotation answers the annotation as it is now",
  });

export const errorMessage = z
  .object({
    type: messageType("error"),
    code: z.enum(errorCodes).describe("What is wrong, for programs"),
    message: z.string().describe("What is wrong and what to do next, for people"),
    opId: z.string().optional().describe("The operation that was refused"),
    retryable: z.boolean().describe("true: the same message may succeed later"),
    retryAfterMs: z.int().optional().describe("How long to wait before the next try, in milliseconds"),
    errors: fieldErrorsSchema.optional(),
    index: z.int().optional().describe("The operation of a batch that was refused, from 0"),
    current: z.unknown().optional().describe("The resource as it is now, where the message came too late"),
  })
  .meta({ id: "ErrorMessage", description: "A message was refused and changed nothing" });
