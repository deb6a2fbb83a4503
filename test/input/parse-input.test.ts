import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { annotationCreateSchema, annotationPatchSchema } from "../../src/protocol/model/annotation.ts";
import { clientMessageSchema } from "../../src/protocol/wire/up.ts";
import { documentCreateSchema, documentPatchSchema } from "../../src/protocol/model/document.ts";
import { errorCodes } from "../../src/protocol/errors.ts";
import { exportCreateSchema } from "../../src/protocol/model/export-job.ts";
import { annotationListQuerySchema } from "../../src/protocol/queries.ts";
import { parseInput } from "../../src/input/parse-input.ts";

function paths(schema: z.core.$ZodType, input: unknown): string[] {
  const parsed = parseInput(schema, input);
  return parsed.ok ? [] : (parsed.error.errors ?? []).map(({ path }) => path);
}

describe("parseInput", () => {
  const schemas = {
    annotationCreateSchema,
    annotationListQuerySchema,
    clientMessageSchema,
    documentCreateSchema,
    documentPatchSchema,
    exportCreateSchema,
  };

  it.each(Object.entries(schemas))("%s takes or refuses any input, and never throws", (_, schema) => {
    const some = fc.record(
      {
        type: fc.oneof(
          fc.constantFrom("box", "text", "update", "presence", "annotation.create"),
          fc.anything(),
        ),
        geometry: fc.anything(),
        annotation: fc.anything(),
        title: fc.anything(),
        metadata: fc.object(),
        labels: fc.anything(),
        document_id: fc.oneof(fc.uuid({ version: 4 }), fc.anything()),
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(fc.oneof(some, fc.anything()), (input) => {
        const parsed = parseInput(schema, input);
        if (parsed.ok) return;
        expect(errorCodes).toContain(parsed.error.code);
        expect(parsed.error.message).not.toBe("");
        expect(parsed.error.errors?.length).toBeGreaterThan(0);
      }),
    );
  });

  it("parses what it has parsed to the same again", () => {
    const title = fc.string({ minLength: 1, maxLength: 256 }).filter((text) => text.trim() !== "");
    fc.assert(
      fc.property(title, fc.dictionary(fc.string(), fc.jsonValue(), { maxKeys: 3 }), (text, metadata) => {
        const once = parseInput(documentCreateSchema, { title: text, metadata });
        if (!once.ok) return;
        expect(parseInput(documentCreateSchema, once.value)).toEqual(once);
      }),
    );
  });

  it("says what was expected and what came", () => {
    const { error } = { error: undefined, ...parseInput(documentCreateSchema, { title: 1 }) };
    expect(error?.message).toBe("title: Invalid input: expected string, received number");
  });

  it("names every wrong field, unknown ones too", () => {
    expect(new Set(paths(documentCreateSchema, { title: "", id: 1, extra: 1, more: 2 }))).toEqual(
      new Set(["title", "id", "extra", "more"]),
    );
  });

  it("names the place inside lists and objects", () => {
    const input = {
      document_id: crypto.randomUUID(),
      type: "polygon",
      geometry: { points: [[0, 0], [1, "x"], [2]] },
      labels: ["ok", ""],
    };
    expect(paths(annotationCreateSchema, input)).toEqual(
      expect.arrayContaining(["geometry.points.1.1", "geometry.points.2", "labels.1"]),
    );
  });

  it("of a union tells of the branch that was meant", () => {
    expect(paths(annotationCreateSchema, { type: "circle" })).toEqual(["type"]);
    const message = { type: "update", opId: "a", baseVersion: -1, deltaB64: "AQID" };
    expect(paths(clientMessageSchema, message)).toEqual(["baseVersion"]);
  });

  it("of a plain union tells of the branch that fits best", () => {
    const patch = (geometry: object) => paths(annotationPatchSchema, { geometry });
    expect(patch({ x: 1, y: "a" })).toEqual(["geometry.y"]);
    expect(patch({ x: 1, y: 1, width: 5, height: -1 })).toEqual(["geometry.height"]);
    expect(patch({ cx: 1, cy: 1, rx: 1, ry: null })).toEqual(["geometry.ry"]);
    expect(patch({ points: [[1, "a"]] })).toEqual(["geometry.points.0.1"]);
  });

  it("of a body that is no object tells so", () => {
    expect(parseInput(documentCreateSchema, "text")).toMatchObject({
      error: { message: expect.stringContaining("The body"), errors: [{ path: "" }] },
    });
  });

  it("shows 50 errors at most", () => {
    const wrong = Array.from({ length: 51 }, () => "x");
    expect(paths(z.array(z.number()), wrong)).toHaveLength(50);
    expect(paths(z.array(z.number()), wrong.slice(1))).toHaveLength(50);
    expect(paths(z.array(z.number()), wrong.slice(2))).toHaveLength(49);
  });

  it("shortens the names of fields that clients make up", () => {
    const [path = ""] = paths(documentCreateSchema, { title: "x", ["k".repeat(5_000)]: 1 });
    expect(path).toBe("k".repeat(64));
  });
});
