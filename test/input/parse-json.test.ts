import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { JSON_DEPTH_MAX } from "../../src/protocol/limits.ts";
import { parseJson } from "../../src/input/parse-json.ts";

/** The nesting of a value: a scalar is 0, [] is 1. */
function nesting(value: unknown): number {
  if (typeof value !== "object" || value === null) return 0;
  return 1 + Math.max(0, ...Object.values(value).map(nesting));
}

const arrays = (depth: number) => "[".repeat(depth) + "]".repeat(depth);
const objects = (depth: number) => '{"a":'.repeat(depth) + "1" + "}".repeat(depth);

describe("parseJson", () => {
  it("gives what JSON.parse gives, for any JSON", () => {
    fc.assert(
      fc.property(fc.json({ maxDepth: 10 }), (text) => {
        expect(parseJson(text)).toEqual({ ok: true, value: JSON.parse(text) });
      }),
    );
  });

  it("never throws, whatever the text, and accepts nothing that JSON.parse refuses", () => {
    const fragment = fc.constantFrom("{", "}", "[", "]", '"', "\\", ":", ",", "1", "a", "\\u", '\\"', " ");
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.array(fragment, { maxLength: 300 }).map((parts) => parts.join("")),
        ),
        (text) => {
          const parsed = parseJson(text);
          if (parsed.ok) expect(parsed.value).toEqual(JSON.parse(text));
          else expect(parsed.error.code).toBe("invalid_json");
        },
      ),
    );
  });

  it("tells depth right, however brackets and quotes stand in strings", () => {
    const tricky = fc.array(fc.constantFrom("[", "{", '"', "\\", "]", "}", "x", "é"), { maxLength: 80 });
    const value = fc.letrec((tie) => ({
      node: fc.oneof(
        { maxDepth: 90, depthSize: "max" },
        tricky.map((parts) => parts.join("")),
        fc.tuple(tricky, tie("node")).map(([key, inner]) => ({ [key.join("")]: inner })),
        fc.array(tie("node"), { maxLength: 2 }),
      ),
    })).node;
    fc.assert(
      fc.property(value, fc.integer({ min: 0, max: 70 }), (inner, wraps) => {
        const text = "[".repeat(wraps) + JSON.stringify(inner) + "]".repeat(wraps);
        expect(parseJson(text).ok).toBe(wraps + nesting(inner) <= JSON_DEPTH_MAX);
      }),
    );
  });

  it.each([arrays, objects])("takes 64 levels and refuses 65", (make) => {
    expect(parseJson(make(JSON_DEPTH_MAX)).ok).toBe(true);
    expect(parseJson(make(JSON_DEPTH_MAX + 1))).toMatchObject({
      error: { code: "invalid_json", message: expect.stringContaining("64") },
    });
  });

  it("is not brought down by a million brackets", () => {
    expect(parseJson("[".repeat(1_000_000)).ok).toBe(false);
    expect(parseJson(arrays(1_000_000)).ok).toBe(false);
    expect(parseJson(`"${"[".repeat(1_000_000)}"`).ok).toBe(true);
  });
});
