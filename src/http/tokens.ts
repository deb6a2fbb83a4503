import { sign, verify } from "hono/jwt";
import { JwtTokenNotBefore } from "hono/utils/jwt/types";
import { type Claims, claimsSchema } from "../protocol/model/token.ts";
import { type Result, fail, ok } from "../protocol/errors.ts";

/** Clocks differ: a token's `iat` may lie this far in the future. */
const CLOCK_SKEW_SECONDS = 60;

/** The only accepted algorithm, whatever the token's header says (RFC 8725 §3.1). */
const ALG = "HS256";

export async function signToken(claims: Claims, secret: string): Promise<string> {
  return sign({ ...claims }, secret, ALG);
}

/** Verifies a token and returns its claims. The room checks revocation. Errors: `token_invalid`, `token_expired`. */
export async function verifyToken(token: string, secret: string, now = Date.now()): Promise<Result<Claims>> {
  let payload: unknown;
  try {
    // The times are checked below: the library accepts neither fractions nor clock skew in `iat`.
    payload = await verify(token, secret, { alg: ALG, iat: false, exp: false });
  } catch (error) {
    if (error instanceof JwtTokenNotBefore) return fail("token_invalid", "The token is not valid yet");
    return fail("token_invalid", "The token's form or signature is wrong");
  }
  const claims = claimsSchema.safeParse(payload);
  if (!claims.success) {
    const names = [...new Set(claims.error.issues.map((issue) => String(issue.path[0])))];
    return fail("token_invalid", `The token's claims are wrong or missing: ${names.join(", ")}`);
  }
  const { iat, exp } = claims.data;
  if (iat * 1000 > now + CLOCK_SKEW_SECONDS * 1000) {
    return fail("token_invalid", "The token's iat is in the future: compare the clocks");
  }
  if (exp * 1000 <= now) return fail("token_expired", "The token has expired: get a new one");
  return ok(claims.data);
}
