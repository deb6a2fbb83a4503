import { JSON_DEPTH_MAX } from "../protocol/limits.ts";
import { type Result, fail, ok } from "../protocol/errors.ts";

/**
 * Parses JSON from outside. The text is checked for its depth first, because parsers and validators recurse.
 * Errors: `invalid_json`.
 *
 * @example
 * const parsed = parseJson(text);
 * if (!parsed.ok) return parsed;
 */
export function parseJson(text: string): Result<unknown> {
  if (depth(text) > JSON_DEPTH_MAX) {
    return fail("invalid_json", `The JSON is nested deeper than ${JSON_DEPTH_MAX} levels`);
  }
  try {
    return ok<unknown>(JSON.parse(text));
  } catch {
    return fail("invalid_json", "The text is not valid JSON (RFC 8259)");
  }
}

/** The deepest nesting of brackets outside strings. It is exact for every text that is JSON. */
function depth(text: string): number {
  // Most messages are too short to be that deep.
  if (text.length < JSON_DEPTH_MAX) return 0;
  let deepest = 0;
  let now = 0;
  let inString = false;
  for (let i = 0; i < text.length; i++) {
    const char = text.charCodeAt(i);
    if (inString) {
      if (char === BACKSLASH) i++;
      else if (char === QUOTE) {
        inString = false;
      }
    } else if (char === QUOTE) {
      // Base64 and prose are long and rarely have escapes: jump to the end of the string.
      const end = text.indexOf('"', i + 1);
      if (end === -1) return deepest;
      if (text.charCodeAt(end - 1) === BACKSLASH) inString = true;
      else i = end;
    } else if (char === OPEN_BRACE || char === OPEN_BRACKET) {
      now++;
      if (now > deepest) deepest = now;
    } else if (char === CLOSE_BRACE || char === CLOSE_BRACKET) {
      now--;
    }
  }
  return deepest;
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;
