import { z } from "zod";
import { clientIdSchema, idSchema } from "../../protocol/model/scalars.ts";

/** The parts of requests that many routes share. Inputs are strict: an unknown query parameter is an error. */

export const noQuery = z.strictObject({});
export const idParams = z.object({ id: idSchema });

/** Skips the catalog, and tells apart the same id in two documents. */
export const documentQuery = z.strictObject({
  document_id: idSchema.optional().meta({
    description:
      "The document it is in, where known: answers without the catalog, and never with ambiguous_id. Without it a read may take up to 5 s to learn that another document uses the id",
  }),
});

/** For routes where a browser can't set headers. */
export const tokenQuery = z.strictObject({
  token: z
    .string()
    .optional()
    .meta({ description: "A token that lives 15 minutes or less, where no header can be set" }),
});

export const keyHeader = z.object({
  "idempotency-key": clientIdSchema.optional().meta({
    description:
      "The opId of this write: a repeat with the same content changes nothing and is answered alike",
  }),
});

export const writeHeaders = keyHeader.extend({
  "if-match": z.string().optional().meta({
    description: "ETags of the states this write was made for; where none is the current one: 412",
  }),
});

export const readHeaders = z.object({
  "if-none-match": z
    .string()
    .optional()
    .meta({ description: "ETags that the client has: 304 where one is current" }),
});

/** Of every guarded route. */
export const bearer = [{ bearer: [] }];
/** Where `?token=` does too. */
export const bearerOrQuery = [{ bearer: [] }, { query_token: [] }];

/** A JSON body. `required`: without it the validator would let a request without a body through. */
export function jsonContent<T extends z.ZodType>(schema: T, example: z.input<T>) {
  return { required: true, content: { "application/json": { schema, example } } };
}
