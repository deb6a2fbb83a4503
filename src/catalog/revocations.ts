import type { Conditions } from "./annotation-conditions.ts";

/**
 * A condition that leaves out documents that have revoked a token issued at `iat` (seconds); undefined: there is no
 * token.
 * @param column holds the document's id
 *
 * Reads one row for each document that has ever revoked tokens, which are few.
 */
export function notRevoked(column: string, iat: number | undefined): Conditions {
  if (iat === undefined) return { sql: "1", params: [] };
  return { sql: `${column} NOT IN (SELECT document_id FROM revocations WHERE min_iat > ?)`, params: [iat] };
}
