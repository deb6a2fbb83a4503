import type * as z from "zod";
import type { WriteOptions } from "../room/room-api.ts";
import { readIfMatch } from "./answers/etag.ts";
import type { keyHeader, writeHeaders } from "./openapi/requests.ts";

/** Reads the headers of a write. `If-Match` counts only on routes that document it. */
export function toWriteOptions(
  headers: z.output<typeof keyHeader> | z.output<typeof writeHeaders>,
): WriteOptions {
  const ifMatch = "if-match" in headers ? headers["if-match"] : undefined;
  return { opId: headers["idempotency-key"], ifMatch: readIfMatch(ifMatch) };
}
