import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { base64Schema, decodedLength } from "../../src/protocol/model/base64.ts";

const schema = base64Schema(64, "Some bytes");

describe("base64Schema", () => {
  it("takes the base64 of any 1–64 bytes, and knows its length", () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 64 }), (bytes) => {
        const text = new Uint8Array(bytes).toBase64();
        expect(schema.parse(text)).toBe(text);
        expect(decodedLength(text)).toBe(bytes.byteLength);
      }),
    );
  });

  it("takes only what decodes", () => {
    const character = fc.constantFrom("A", "b", "0", "+", "/", "=", "-", "_", " ", "\n", ".", "é");
    fc.assert(
      fc.property(fc.array(character, { maxLength: 16 }), (characters) => {
        const text = characters.join("");
        if (!schema.safeParse(text).success) return;
        expect(() => atob(text)).not.toThrow();
        expect(atob(text)).toHaveLength(decodedLength(text));
      }),
    );
  });

  it("refuses more bytes than allowed, and says how many there are", () => {
    const of = (bytes: number) => schema.safeParse(new Uint8Array(bytes).toBase64());
    expect(of(64).success).toBe(true);
    const refused = of(65);
    expect(refused.error?.issues[0]?.message).toContain("64 bytes");
    expect(refused.error?.issues[0]?.message).toContain("65");
  });

  it.each(["", "A", "AA", "AAA", "AA=A", "A===", "====", "AA==AA==", "A-_A", "AAAA\n", "AB==", "AAB="])(
    "refuses %j",
    (text) => {
      expect(schema.safeParse(text).success).toBe(false);
    },
  );
});
