import { createMiddleware } from "hono/factory";
import { BATCH_BODY_MAX_BYTES, JSON_BODY_MAX_BYTES } from "../../protocol/limits.ts";
import { parseJson } from "../../input/parse-json.ts";
import type { AppEnv } from "../app-env.ts";
import { BodyBudget } from "../body-budget.ts";
import { withBody } from "../read-body.ts";
import { refusal, unwrap } from "../answers/refusal.ts";

/**
 * Bytes of JSON bodies that one isolate receives at once: two of the largest batches, or thousands of usual writes.
 * Parsed, JSON takes several times its size.
 */
export const JSON_BODIES_BYTES = 2 * BATCH_BODY_MAX_BYTES;

const JSON_TYPE = /^application\/(?:[\w.-]+\+)?json *(?:;|$)/i;

const budget = new BodyBudget(JSON_BODIES_BYTES);

/**
 * Reads a JSON body within its limits, and hands it to the route's validator. The content type must be application/json
 * or end in +json. A body without one is refused: a web page of another origin can send it without a CORS preflight.
 * Errors: `unsupported_media_type`, `too_large`, `invalid_json`, `unavailable`.
 */
export function jsonBody(maxBytes = JSON_BODY_MAX_BYTES) {
  return createMiddleware<AppEnv>(async (c, next) => {
    if (!JSON_TYPE.test(c.req.header("Content-Type") ?? "")) {
      throw refusal("unsupported_media_type", "The body must be JSON: send Content-Type: application/json");
    }
    await withBody(c.req.raw, { maxBytes, budget }, async (body) => {
      if ("tooLarge" in body) {
        throw refusal("too_large", `The body must be at most ${maxBytes} bytes`);
      }
      const parsed = unwrap(parseJson(decodeText(body)));
      // The route's validator calls this. Without it, it would parse the body a second time.
      c.req.json = async <T>() => parsed as T;
      await next();
    });
  });
}

function decodeText(body: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: false }).decode(body);
  } catch {
    throw refusal("invalid_json", "The body is not valid UTF-8");
  }
}
