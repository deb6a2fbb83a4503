import type { Context } from "hono";
import type { AppEnv } from "./app-env.ts";

/**
 * The id of the resource that a request with an `Idempotency-Key` creates. A repeat by the same subject derives the
 * same id, and so finds what the first request created. The id has the form of a UUIDv4 and comes from a SHA-256, so
 * nobody can aim at someone else's.
 */
export async function deriveId(c: Context<AppEnv>, kind: string, ...parts: string[]): Promise<string> {
  const subject = c.var.access.claims?.sub ?? "";
  const text = JSON.stringify([kind, subject, ...parts]);
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  const bytes = new Uint8Array(digest).subarray(0, 16);
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  return bytes.toHex().replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}
