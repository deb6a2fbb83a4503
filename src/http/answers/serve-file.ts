import type { Context } from "hono";
import type { Config } from "../../config.ts";
import type { ErrorCode } from "../../protocol/errors.ts";
import type { AppEnv } from "../app-env.ts";
import { parseRange } from "./byte-range.ts";
import { isNotModified } from "./etag.ts";
import { refusal } from "./refusal.ts";

interface ServedFile {
  /** In R2. */
  key: string;
  /** With its quotes; absent: R2's own. */
  tag?: string;
  /** Absent: as it was stored. */
  contentType?: string;
  cacheControl: string;
  disposition?: string;
  /** Where it is not there. */
  missing: { code: ErrorCode; message: string };
}

/**
 * A file from R2 with `ETag`, `If-None-Match` (304), `Range` and `If-Range` (206, 416), and HEAD. What people have
 * uploaded or written runs nothing: an SVG opened by itself is sandboxed.
 */
export async function serveFile(c: Context<AppEnv>, file: ServedFile): Promise<Response> {
  const { BUCKET } = c.env;
  const stored = await BUCKET.head(file.key);
  if (!stored) throw refusal(file.missing.code, file.missing.message);
  const tag = file.tag ?? stored.httpEtag;
  const known = isNotModified(c, tag);
  c.header("Cache-Control", file.cacheControl);
  c.header("Cross-Origin-Resource-Policy", embedders(c.var.config));
  if (known) return c.body(null, 304);

  c.header("Accept-Ranges", "bytes");
  c.header(
    "Content-Type",
    file.contentType ?? stored.httpMetadata?.contentType ?? "application/octet-stream",
  );
  c.header("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; sandbox");
  if (file.disposition !== undefined) c.header("Content-Disposition", file.disposition);
  const { size } = stored;
  if (c.req.method === "HEAD") {
    c.header("Content-Length", String(size));
    return c.body(null, 200);
  }
  const range = readRange(c, tag, size);
  if (range === "unsatisfiable") {
    const headers = { "Content-Range": `bytes */${size}` };
    throw refusal("range_not_satisfiable", `The file has ${size} bytes`, {}, headers);
  }
  const { start, end } = range ?? { start: 0, end: size - 1 };
  const object = await BUCKET.get(file.key, range && { range: { offset: start, length: end - start + 1 } });
  if (!object) throw refusal(file.missing.code, file.missing.message);
  c.header("Content-Length", String(end - start + 1));
  if (!range) return c.body(object.body, 200);
  c.header("Content-Range", `bytes ${start}-${end}/${size}`);
  return c.body(object.body, 206);
}

/**
 * Whose pages may show a file in an `<img>`: those that may ask for it at all (`origin`). The header can't name origins. So where other
 * origins are allowed it lets in every page: who shows the picture has its token. Without a secret it is pages of this machine: other
 * ports of one host are the same site.
 */
function embedders({ AUTH_SECRET, ALLOWED_ORIGINS }: Config): "same-origin" | "same-site" | "cross-origin" {
  if (AUTH_SECRET === undefined) return "same-site";
  return ALLOWED_ORIGINS.length > 0 ? "cross-origin" : "same-origin";
}

/** `If-Range` (RFC 9110 §13.1.5): the range counts only for the very file the client has a part of. */
function readRange(c: Context<AppEnv>, tag: string, size: number): ReturnType<typeof parseRange> {
  const condition = c.req.header("If-Range");
  if (condition !== undefined && condition.trim() !== tag) return undefined;
  return parseRange(c.req.header("Range"), size);
}
