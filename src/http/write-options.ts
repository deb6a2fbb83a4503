import type { Context } from "hono";
import type { z } from "zod";
import type { WriteOptions } from "../room/room-api.ts";
import type { AppEnv } from "./app-env.ts";
import { readIfMatch } from "./etag.ts";
import type { writeHeaders } from "./openapi/requests.ts";

/** What the headers of a write say. */
export function toWriteOptions(headers: z.output<typeof writeHeaders>): WriteOptions {
  return { opId: headers["idempotency-key"], ifMatch: readIfMatch(headers["if-match"]) };
}

/** Who wrote it: the token's subject where there is a token, whatever the body says. */
export function authorOf(c: Context<AppEnv>, said: string | undefined): string | undefined {
  return c.var.access.claims?.sub ?? said;
}
