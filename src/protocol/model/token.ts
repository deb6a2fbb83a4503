import { z } from "zod";
import { TOKEN_MAX_SECONDS } from "../limits.ts";
import { idSchema, nameSchema, timestampSchema } from "./scalars.ts";

/** Rising: each role may do all that the one before it may. */
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
  sub: z.string().min(1).max(128),
  name: z.string().min(1).max(256).optional(),
  role: roleSchema,
  /** A document's id, or `*` for every document. */
  doc: z.union([z.literal("*"), idSchema]),
  /** Seconds since the epoch; fractions are allowed (NumericDate). */
  iat: z.number(),
  exp: z.number(),
});
export type Claims = z.infer<typeof claimsSchema>;

/** Who asks. `claims` is null where the service runs open, on loopback without a secret: then everything is allowed. */
export interface Access {
  claims: Claims | null;
}

export const tokenCreateSchema = z
  .strictObject({
    document_id: z.union([z.literal("*"), idSchema]),
    /** Never above the caller's own. */
    role: roleSchema,
    name: nameSchema.optional(),
    /** Seconds; the token never outlives the caller's own. */
    expires_in: z.int().min(1).max(TOKEN_MAX_SECONDS),
  })
  .meta({ id: "TokenCreate" });
export const tokenSchema = z
  .object({
    token: z.string(),
    subject: z.string(),
    role: roleSchema,
    document_id: z.string(),
    expires_at: timestampSchema,
  })
  .meta({ id: "Token" });

export const tokenRevokeSchema = z.strictObject({ document_id: idSchema }).meta({ id: "TokenRevoke" });
/**
 * Tokens issued before `min_iat` are refused for the document from now on, the caller's too: `token` replaces it, for this
 * document only. It is about a second ahead: whoever signs tokens elsewhere gives the next ones an `iat` of at least that.
 */
export const tokenRevokedSchema = tokenSchema.extend({ min_iat: z.number() }).meta({ id: "TokenRevoked" });
