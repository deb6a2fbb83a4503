import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { roleReaches } from "../../src/protocol/model/token.ts";
import { errorCodes, errorKind } from "../../src/protocol/errors.ts";
import { annotationTypes } from "../../src/protocol/model/geometry.ts";
import { METADATA_MAX_BYTES } from "../../src/protocol/limits.ts";
import { toProblem } from "../../src/protocol/problem.ts";
import {
  bagSchema,
  clientIdSchema,
  idSchema,
  nameSchema,
  textSchema,
  toTimestamp,
} from "../../src/protocol/model/scalars.ts";

const takes = (schema: { safeParse: (input: unknown) => { success: boolean } }, input: unknown) =>
  schema.safeParse(input).success;

describe("idSchema", () => {
  it("lower-cases any UUIDv4 and takes nothing else", () => {
    fc.assert(
      fc.property(fc.uuid({ version: 4 }), (id) => {
        expect(idSchema.parse(id.toUpperCase())).toBe(id);
      }),
    );
    fc.assert(fc.property(fc.uuid({ version: [1, 3, 5, 7] }), (id) => !takes(idSchema, id)));
    fc.assert(fc.property(fc.string(), (text) => !takes(idSchema, text)));
  });
});

describe("textSchema", () => {
  it("takes exactly the texts that UTF-8 can hold, without NUL", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 20 }), (text) => {
        expect(takes(textSchema(1_000), text)).toBe(text.isWellFormed() && !text.includes("\0"));
      }),
    );
    expect(takes(textSchema(10), "\ud83d")).toBe(false);
  });

  it.each([
    [clientIdSchema, 1, 128],
    [nameSchema, 1, 256],
    [textSchema(10), 0, 10],
  ])("keeps its limits on both sides", (schema, min, max) => {
    expect(takes(schema, "x".repeat(min))).toBe(true);
    expect(takes(schema, "x".repeat(max))).toBe(true);
    expect(takes(schema, "x".repeat(max + 1))).toBe(false);
    if (min > 0) expect(takes(schema, "")).toBe(false);
  });
});

describe("bagSchema", () => {
  it("takes 16 KiB of JSON as UTF-8, not a byte more", () => {
    const rest = METADATA_MAX_BYTES - JSON.stringify({ k: "" }).length;
    expect(takes(bagSchema, { k: "x".repeat(rest) })).toBe(true);
    expect(takes(bagSchema, { k: "x".repeat(rest + 1) })).toBe(false);
    expect(takes(bagSchema, { k: "é".repeat(rest / 2) })).toBe(true);
    expect(takes(bagSchema, { k: "é".repeat(rest / 2 + 1) })).toBe(false);
  });

  it("takes any well-formed JSON, and what looks like an escape but is text", () => {
    fc.assert(
      fc.property(
        fc.dictionary(fc.string(), fc.jsonValue({ stringUnit: "grapheme" }), { maxKeys: 3 }),
        (bag) => {
          const storable = !JSON.stringify(bag).includes("\\u0000");
          expect(takes(bagSchema, bag)).toBe(storable);
        },
      ),
    );
    expect(takes(bagSchema, { k: "\\ud800 and \\u0000 written out" })).toBe(true);
    expect(takes(bagSchema, { k: "\\\\ud800" })).toBe(true);
  });

  it.each([{ k: "\ud800" }, { k: ["\udfff"] }, { k: { "\ud800": 1 } }, { k: "a\0b" }, { "\0": 1 }])(
    "refuses unpaired surrogates and NUL, however deep",
    (bag) => {
      expect(takes(bagSchema, bag)).toBe(false);
    },
  );
});

describe("the tables", () => {
  it("of roles rises", () => {
    expect(roleReaches("viewer", "viewer")).toBe(true);
    expect(roleReaches("viewer", "editor")).toBe(false);
    expect(roleReaches("editor", "viewer")).toBe(true);
    expect(roleReaches("editor", "admin")).toBe(false);
    expect(roleReaches("admin", "editor")).toBe(true);
  });

  it("of errors has a status of HTTP and a close code of ours for each", () => {
    for (const code of errorCodes) {
      const { status, title, close = 4400 } = errorKind(code);
      expect(status).toBeGreaterThanOrEqual(400);
      expect(status).toBeLessThan(600);
      expect(title).not.toBe("");
      expect(close).toBeGreaterThanOrEqual(4400);
      expect(close).toBeLessThan(4500);
    }
  });

  it("of geometries has nine kinds", () => {
    expect(annotationTypes).toHaveLength(9);
  });
});

it("a time leaves in UTC with milliseconds", () => {
  expect(toTimestamp(Date.UTC(2026, 10, 22, 10))).toBe("2026-11-22T10:00:00.000Z");
});

it("a failure becomes a problem with all that is known of it, and nothing else", () => {
  expect(toProblem({ code: "stale_version", message: "late", current: { version: 2 }, index: 3 })).toEqual({
    type: "urn:acetate:problem:stale_version",
    title: "The version is not the current one",
    status: 409,
    detail: "late",
    code: "stale_version",
    current: { version: 2 },
    index: 3,
  });
  expect(toProblem({ code: "invalid", message: "m", errors: [{ path: "a", message: "b" }] })).toHaveProperty(
    "errors",
  );
});
