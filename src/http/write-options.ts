import type * as z from "zod";
import type { WriteOptions } from "../room/room-api.ts";
import { readIfMatch } from "./answers/etag.ts";
import type { keyHeader, writeHeaders } from "./openapi/requests.ts";

/** What the headers of a write say; `If-Match` only where the route takes it. */
export function toWriteOptions(
  headers: z.output<typeof keyHeader> | z.output<typeof writeHeaders>,
): WriteOptions {
  const ifMatch = "if-match" in headers ? headers["if-match"] : undefined;
  return { opId: headers["idempotency-key"], ifMatch: readIfMatch(ifMatch) };
}
