import type { Context } from "hono";
import type { AppEnv } from "./app-env.ts";

/**
 * The id of what a request with an `Idempotency-Key` makes: a repeat by the same subject comes to the same id, so
 * that it finds what the first one made. Shaped as a UUIDv4; made of a SHA-256, so nobody can aim at another's.
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
