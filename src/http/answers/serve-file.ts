import type { Context } from "hono";
import type { Config } from "../../config.ts";
import type { ErrorCode } from "../../protocol/errors.ts";
import type { AppEnv } from "../app-env.ts";
import { parseRange } from "./byte-range.ts";
import { isNotModified } from "./etag.ts";
import { refusal } from "./refusal.ts";

interface ServedFile {
  /** The key in R2. */
  key: string;
  /** With its quotes. Default: R2's own. */
  tag?: string;
  /** Default: the type it was stored with. */
  contentType?: string;
  cacheControl: string;
  disposition?: string;
  /** The refusal if the file is missing. */
  missing: { code: ErrorCode; message: string };
}

/**
 * Answers with a file from R2, with `ETag`, `If-None-Match` (304), `Range`, `If-Range` (206, 416) and HEAD. A file that
 * people uploaded can't run anything: an SVG that is opened by itself is sandboxed.
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
 * The `Cross-Origin-Resource-Policy`: which pages may show a file in an `<img>`. They are those that may call the API
 * (`origin`). The header can't name origins, so if other origins are allowed, it allows every page: whoever shows the
 * image has a token for it. Without a secret only pages of this machine may: other ports of one host are the same site.
 */
function embedders({ AUTH_SECRET, ALLOWED_ORIGINS }: Config): "same-origin" | "same-site" | "cross-origin" {
  if (AUTH_SECRET === undefined) return "same-site";
  return ALLOWED_ORIGINS.length > 0 ? "cross-origin" : "same-origin";
}

/** `If-Range` (RFC 9110 §13.1.5): the range counts only if the client's part is of this very file. */
function readRange(c: Context<AppEnv>, tag: string, size: number): ReturnType<typeof parseRange> {
  const condition = c.req.header("If-Range");
  if (condition !== undefined && condition.trim() !== tag) return undefined;
  return parseRange(c.req.header("Range"), size);
}
