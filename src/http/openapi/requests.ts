import * as z from "zod";
import { clientIdSchema, idSchema, versionNumberSchema } from "../../protocol/model/scalars.ts";
import { NAME_MAX } from "../../protocol/limits.ts";
import { readCallerName } from "../caller-name.ts";
import { toClassic } from "./to-classic.ts";

/** The parts of requests that many routes share. Inputs are strict: an unknown query parameter is an error. */

export const noQuery = z.strictObject({});
export const idParams = z.object({ id: toClassic(idSchema).describe("The id of the resource (UUIDv4)") });

/** Saves a look-up in the catalog, and tells the same id in two documents apart. */
export const documentQuery = z.strictObject({
  document_id: toClassic(idSchema)
    .optional()
    .meta({
      description:
        "The document that the resource is in, where it is known. It saves a look-up, and rules `ambiguous_id` out. " +
        "Without it a read may take up to 5 s to learn that another document uses the id",
    }),
});

/** The version that a delete or a restore was made for. */
export function versionQuery(change: "delete" | "restore") {
  return z.coerce
    .number()
    .pipe(toClassic(versionNumberSchema))
    .optional()
    .meta({
      // Query strings carry text. OpenAPI shows what it means: an integer.
      type: "integer",
      minimum: 1,
      description: `Refuses the ${change} with \`stale_version\` where it is not the current one`,
    });
}

/** For routes where a browser can't set headers. */
export const tokenQuery = z.strictObject({
  token: z
    .string()
    .optional()
    .meta({ description: "A token that lives 15 minutes or less, where no header can be set" }),
});

export const keyHeader = z.object({
  "idempotency-key": toClassic(clientIdSchema).optional().meta({
    description:
      "The opId of this write: a repeat with the same content changes nothing and gets the same answer",
  }),
  "acetate-name": z
    .string()
    .refine((value) => readCallerName(value) !== null, {
      error: `must be percent-encoded UTF-8 of 1–${NAME_MAX} characters`,
    })
    .optional()
    .meta({
      description:
        "Who makes this change, percent-encoded (`J%C3%B6rg`): it becomes `updated_by`, and the author where the body " +
        "names none. Where there is a token, its subject takes this place",
    }),
});

export const writeHeaders = keyHeader.extend({
  "if-match": z.string().optional().meta({
    description: "ETags of the states that this write was made for. 412 where none is the current one",
  }),
});

export const readHeaders = z.object({
  "if-none-match": z
    .string()
    .optional()
    .meta({ description: "ETags that the client has. 304 where one is the current one" }),
});

/** The security of every guarded route. */
export const bearer = [{ bearer: [] }];
/** The security of routes that also take `?token=`. */
export const bearerOrQuery = [{ bearer: [] }, { query_token: [] }];

/** A JSON body. Without `required`, the validator would let a request without a body through. */
export function jsonContent<T extends z.core.$ZodType>(schema: T, example: z.input<T>) {
  return { required: true, content: { "application/json": { schema: toClassic(schema), example } } };
}
