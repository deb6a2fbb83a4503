import { type Access, type Role, roleReaches } from "../protocol/access.ts";
import { type Result, fail, ok } from "../protocol/errors.ts";

/**
 * Whether who asks may do what takes `role` on this document, now. Checked at the door, and again here for every
 * message and flush: a token may have expired or been revoked meanwhile.
 */
export function checkAccess(
  { claims }: Access,
  role: Role,
  documentId: string,
  minIat: number,
  now: number,
): Result<null> {
  if (claims === null) return ok(null);
  if (claims.exp * 1000 <= now) return fail("token_expired", "The token has expired: get a new one");
  if (claims.iat < minIat) return fail("token_revoked", "The token was revoked: get a new one");
  if (claims.doc !== "*" && claims.doc !== documentId) {
    return fail("forbidden_document", "The token is for another document");
  }
  if (!roleReaches(claims.role, role)) {
    return fail("forbidden", `This takes the role ${role}, the token has ${claims.role}`);
  }
  return ok(null);
}
