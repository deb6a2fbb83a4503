import type { z } from "zod";
import type { WriteOptions } from "../room/room-api.ts";
import { readIfMatch } from "./etag.ts";
import type { writeHeaders } from "./openapi/requests.ts";

/** What the headers of a write say. */
export function toWriteOptions(headers: z.output<typeof writeHeaders>): WriteOptions {
  return { opId: headers["idempotency-key"], ifMatch: readIfMatch(headers["if-match"]) };
}
