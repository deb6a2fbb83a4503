import { describe, expect, it } from "vitest";
import { z } from "zod";
import { clientMessageSchema } from "../../src/protocol/wire/up.ts";
import { PROTOCOL_VERSION } from "../../src/protocol/limits.ts";
import { serverMessageSchema } from "../../src/protocol/wire/down.ts";

/** SHA-256 over the JSON Schema of both unions, texts left out, for each version of the protocol. Only ever append. */
const known: Record<number, string> = {
  1: "8b087366d5108101def7206a9bfbdf469e536ae9bb2df78d073dc8951c11c045",
};

describe("the wire", () => {
  it("R33 does not change without its version", async () => {
    const schemas = [
      z.toJSONSchema(clientMessageSchema, { io: "input" }),
      z.toJSONSchema(serverMessageSchema, { io: "output" }),
    ];
    const json = JSON.stringify(schemas, (key, value: unknown) =>
      key === "description" && typeof value === "string" ? undefined : value,
    );
    const bytes = new TextEncoder().encode(json);
    const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)).toHex();
    expect(
      hash,
      "The messages have changed. If an old client can't read them, raise PROTOCOL_VERSION. Write the new hash here",
    ).toBe(known[PROTOCOL_VERSION]);
  });
});
