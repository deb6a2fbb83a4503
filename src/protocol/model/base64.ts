import * as z from "zod/mini";
import { meta } from "../describe.ts";

/**
 * Base64 of 1 to `maxBytes` bytes: RFC 4648 §4, padded, with no bits left over, so that each value has one text.
 * Parsing leaves it as text. `what` says what the bytes are.
 */
export function base64Schema(maxBytes: number, what: string) {
  return meta(
    z.string().check(z.minLength(1), (context) => {
      const bytes = decodedLength(context.value);
      if (bytes > maxBytes) {
        context.issues.push({
          code: "custom",
          input: context.value.length,
          message: `must be at most ${maxBytes} bytes decoded, is ${bytes}`,
        });
      } else if (!isBase64(context.value)) {
        context.issues.push({
          code: "custom",
          input: context.value.length,
          message: "must be padded base64",
        });
      }
    }),
    {
      description: `${what}, in padded base64 (RFC 4648 §4). At most ${maxBytes} bytes decoded`,
      contentEncoding: "base64",
    },
  );
}

/** The last character before the padding stands for fewer than 6 bits. Its other bits must be zero (RFC 4648 §3.5). */
const BASE64 = /^[A-Za-z0-9+/]*(?:[AQgw]==|[AEIMQUYcgkosw048]=)?$/;

/** Whether it is padded, canonical base64 (RFC 4648 §4). */
export function isBase64(text: string): boolean {
  return text.length % 4 === 0 && BASE64.test(text);
}

/** How many bytes padded base64 stands for. */
export function decodedLength(text: string): number {
  const padding = text.endsWith("==") ? 2 : text.endsWith("=") ? 1 : 0;
  return Math.floor((text.length * 3) / 4) - padding;
}
