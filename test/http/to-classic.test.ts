import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import * as z from "zod";
import * as mini from "zod/mini";
import { toClassic } from "../../src/http/openapi/to-classic.ts";
import * as protocol from "../../src/protocol/index.ts";

const schemas = Object.entries(protocol).flatMap(([name, value]) =>
  value instanceof z.core.$ZodType ? [{ name, schema: value }] : [],
);

describe("toClassic", () => {
  it.each(schemas)("rebuilds $name: the same JSON Schema, the same answers", ({ schema }) => {
    const classic = toClassic(schema);
    expect(classic).toBeInstanceOf(z.ZodType);
    for (const io of ["input", "output"] as const) {
      const options = { io, unrepresentable: "any" } as const;
      expect(z.toJSONSchema(classic, options)).toEqual(z.toJSONSchema(schema, options));
    }
    const type = fc.constantFrom("box", "text", "update", "presence");
    const some = fc.record({ type: fc.oneof(type, fc.anything()), id: fc.uuid(), title: fc.anything() });
    fc.assert(
      fc.property(fc.oneof(some, fc.anything()), (input) => {
        expect(classic.safeParse(input)).toEqual(z.safeParse(schema, input));
      }),
    );
  });

  it("rebuilds a schema once, so that OpenAPI meets each component once", () => {
    expect(toClassic(protocol.annotationSchema)).toBe(toClassic(protocol.annotationSchema));
  });

  it("leaves what is classic already as it is", () => {
    const schema = z.strictObject({});
    expect(toClassic(schema)).toBe(schema);
  });

  it("refuses what it can't rebuild, instead of checking less", () => {
    expect(() => toClassic(mini.object({ at: mini.date() }))).toThrow("date");
    expect(() => toClassic(mini.object({ at: mini.url() }))).toThrow("$ZodURL");
    expect(() => toClassic(mini.exactOptional(mini.string()))).toThrow("$ZodExactOptional");
  });
});
