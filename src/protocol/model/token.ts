import * as z from "zod";
import { CLIENT_ID_MAX, NAME_MAX, TOKEN_MAX_SECONDS } from "../limits.ts";
import { idSchema, nameSchema, timestampSchema } from "./scalars.ts";

/** From least to most: each role may do everything that the one before it may. */
export const roles = ["viewer", "editor", "admin"] as const;
export type Role = (typeof roles)[number];
export const roleSchema = z.enum(roles);

/** Whether `role` reaches `needed`. */
export function roleReaches(role: Role, needed: Role): boolean {
  return roles.indexOf(role) >= roles.indexOf(needed);
}

/** The claims of a token (JWT, RFC 7519, HS256). */
export const claimsSchema = z.object({
  /** Who this is: becomes `actorId` and `author`. */
  sub: z.string().min(1).max(CLIENT_ID_MAX),
  name: z.string().min(1).max(NAME_MAX).optional(),
  role: roleSchema,
  /** A document's id, or `*` for every document. */
  doc: z.union([z.literal("*"), idSchema]),
  /** Seconds since the epoch; fractions are allowed (NumericDate). */
  iat: z.number(),
  exp: z.number(),
});
export type Claims = z.infer<typeof claimsSchema>;

export const tokenCreateSchema = z
  .strictObject({
    document_id: z.union([z.literal("*"), idSchema]).describe("The document it is for. `*`: every document"),
    role: roleSchema.describe("Never above the caller's own"),
    name: nameSchema.optional().describe("The name of whoever will use it"),
    expires_in: z
      .int()
      .min(1)
      .max(TOKEN_MAX_SECONDS)
      .describe("Seconds. The token never outlives the caller's own"),
  })
  .meta({ id: "TokenCreate", description: "A token for someone else" });

const tokenShape = {
  token: z.string().describe("The token. It is shown only now"),
  subject: z.string().describe("Its `sub`: who its holder is, as `author` and `actorId`"),
  role: roleSchema.describe("What its holder may do"),
  document_id: z.string().describe("The document it is for. `*`: every document"),
  expires_at: timestampSchema.describe("When it expires"),
};
export const tokenSchema = z.object(tokenShape).meta({ id: "Token", description: "A new token" });

export const tokenRevokeSchema = z
  .strictObject({ document_id: idSchema.describe("The document whose tokens are refused from now on") })
  .meta({ id: "TokenRevoke", description: "Refuses every token issued so far for a document" });
export const tokenRevokedSchema = z
  .object({
    ...tokenShape,
    min_iat: z
      .number()
      .describe(
        "Seconds since the epoch, about a second from now. Tokens issued before it are refused for the document. " +
          "Whoever signs tokens elsewhere gives the next ones at least this `iat`",
      ),
  })
  .meta({
    id: "TokenRevoked",
    description: "The caller's own token is refused, too. This one replaces it, for this document only",
  });
