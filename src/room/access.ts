import { type Claims, type Permission, isAllowed } from "../protocol/model/token.ts";
import { type Result, fail, ok } from "../protocol/errors.ts";
import type { Person } from "../protocol/model/person.ts";

/** Who asks. `claims` is null where the service runs open, on loopback without a secret: everything is allowed then. */
export interface Access {
  claims: Claims | null;
  /** What they call themselves. It counts only without claims. */
  name?: string | null | undefined;
}

/** Who that is, as resources name them: by their token, or else by what they call themselves. */
export function personOf({ claims, name = null }: Access): Person {
  return claims ? { id: claims.sub, name: claims.name ?? null } : { id: name, name: null };
}

/** Why a token without the permission is refused. */
export function explainRefusal({ role }: Claims, needed: Permission): string {
  return needed === "comment"
    ? `This takes leave to comment (the claim comment: true, or the role editor), the token has the role ${role}`
    : `This takes the role ${needed}, the token has ${role}`;
}

/**
 * Whether a token allows what takes `needed` on this document, now. The Worker has checked it before. It is checked
 * again here for every message and write, since it may have expired or been revoked meanwhile.
 */
export function checkAccess(
  { claims }: Access,
  needed: Permission,
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
  if (!isAllowed(claims, needed)) return fail("forbidden", explainRefusal(claims, needed));
  return ok(null);
}

/**
 * Other signers put whole seconds into `iat`, and some round up. So a token from just before a revocation may claim
 * to be from up to a second after it.
 */
const REVOCATION_MARGIN_MS = 1_000;

/**
 * The `min_iat` (seconds) of a revocation at `now` (ms), after an earlier one with `minIat`. It is later than every
 * token that exists: the margin covers tokens of other signers, and tokens issued here may be as late as `minIat`.
 */
export function nextMinIat(minIat: number, now: number): number {
  return Math.max(now + REVOCATION_MARGIN_MS, Math.round(minIat * 1000) + 1) / 1000;
}

/** The `iat` (seconds) of a token issued at `now` (ms). A token from right after a revocation is good at once. */
export function issueTime(minIat: number, now: number): number {
  return Math.max(now / 1000, minIat);
}
