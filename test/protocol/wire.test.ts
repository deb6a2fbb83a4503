import { describe, expect, it } from "vitest";
import { z } from "zod";
import { clientMessageSchema } from "../../src/protocol/wire/up.ts";
import { PROTOCOL_VERSION } from "../../src/protocol/limits.ts";
import { serverMessageSchema } from "../../src/protocol/wire/down.ts";

/** SHA-256 over the JSON Schema of both unions, for each version of the protocol. Only ever appended to. */
const known: Record<number, string> = {
  1: "e6edbb801cc159c5450f78f17bf0c4e16a26cc3edf519b6fe7c00e59254c5b09",
};

describe("the wire", () => {
  it("R33 does not change without its version", async () => {
    const schemas = [
      z.toJSONSchema(clientMessageSchema, { io: "input" }),
      z.toJSONSchema(serverMessageSchema, { io: "output" }),
    ];
    const bytes = new TextEncoder().encode(JSON.stringify(schemas));
    const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)).toHex();
    expect(
      hash,
      "The messages have changed. If an old client can't read them, raise PROTOCOL_VERSION; then write the new hash here",
    ).toBe(known[PROTOCOL_VERSION]);
  });
});
