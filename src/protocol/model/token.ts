import * as z from "zod/mini";
import { component, describe } from "../describe.ts";
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

/** What a request or a message takes: a role, or leave to comment. Editors have it, viewers may be given it. */
export type Permission = Role | "comment";

/** Whether a token with these claims has the permission. */
export function isAllowed(
  { role, comment = false }: Pick<Claims, "role" | "comment">,
  needed: Permission,
): boolean {
  if (needed === "comment") return comment || roleReaches(role, "editor");
  return roleReaches(role, needed);
}

/** The claims of a token (JWT, RFC 7519, HS256). */
export const claimsSchema = z.object({
  /** Who this is: becomes `actorId` and `author`. */
  sub: z.string().check(z.minLength(1), z.maxLength(CLIENT_ID_MAX)),
  name: z.optional(z.string().check(z.minLength(1), z.maxLength(NAME_MAX))),
  role: roleSchema,
  /** true: its holder may comment, whatever the role. */
  comment: z.optional(z.boolean()),
  /** A document's id, or `*` for every document. */
  doc: z.union([z.literal("*"), idSchema]),
  /** Seconds since the epoch; fractions are allowed (NumericDate). */
  iat: z.number(),
  exp: z.number(),
});
export type Claims = z.infer<typeof claimsSchema>;

export const tokenCreateSchema = component(
  z.strictObject({
    document_id: describe(z.union([z.literal("*"), idSchema]), "The document it is for. `*`: every document"),
    role: describe(roleSchema, "Never above the caller's own"),
    comment: describe(
      z.optional(z.boolean()),
      "true: a viewer may comment, too. Editors may anyway. Refused where the caller may not",
    ),
    name: describe(
      z.optional(nameSchema),
      "The name of whoever will use it. Refused with `self` where the caller's token has a name",
    ),
    self: describe(
      z._default(z.boolean(), false),
      "true: a token for the caller, with their subject and name. Browsers need one that lives 15 minutes at most, for " +
        "sockets. false: for someone else, with a new subject",
    ),
    expires_in: describe(
      z.int().check(z.minimum(1), z.maximum(TOKEN_MAX_SECONDS)),
      "Seconds. The token never outlives the caller's own",
    ),
  }),
  "TokenCreate",
  "A token for someone else, or a shorter one for the caller",
);

const tokenShape = {
  token: describe(z.string(), "The token. It is shown only now"),
  subject: describe(z.string(), "Its `sub`: who its holder is, as `author` and `actorId`"),
  role: describe(roleSchema, "What its holder may do"),
  comment: describe(z.boolean(), "Whether its holder may comment"),
  document_id: describe(z.string(), "The document it is for. `*`: every document"),
  expires_at: describe(timestampSchema, "When it expires"),
};
export const tokenSchema = component(z.object(tokenShape), "Token", "A new token");

export const tokenRevokeSchema = component(
  z.strictObject({ document_id: describe(idSchema, "The document whose tokens are refused from now on") }),
  "TokenRevoke",
  "Refuses every token issued so far for a document",
);
export const tokenRevokedSchema = component(
  z.object({
    ...tokenShape,
    min_iat: describe(
      z.number(),
      "Seconds since the epoch, about a second from now. Tokens issued before it are refused for the document. " +
        "Whoever signs tokens elsewhere gives the next ones at least this `iat`",
    ),
  }),
  "TokenRevoked",
  "The caller's own token is refused, too. This one replaces it, for this document only",
);
