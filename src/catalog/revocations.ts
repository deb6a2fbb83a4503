import type { Conditions } from "./annotation-conditions.ts";

/**
 * Leaves out the documents that have revoked a token issued at `iat` (seconds); undefined: there is no token. `column` holds the
 * document's id. It reads the documents that have ever revoked, which are few.
 */
export function notRevoked(column: string, iat: number | undefined): Conditions {
  if (iat === undefined) return { sql: "1", params: [] };
  return { sql: `${column} NOT IN (SELECT document_id FROM revocations WHERE min_iat > ?)`, params: [iat] };
}
