import type { RouteConfig } from "@hono/zod-openapi";
import type { z } from "zod";
import { type ErrorCode, errorKind } from "../../protocol/errors.ts";
import { type Problem, problemSchema, problemType } from "../../protocol/problem.ts";

/** A JSON answer. */
export function json<T extends z.ZodType>(schema: T, description: string, example: z.input<T>) {
  return { description, content: { "application/json": { schema, example } } };
}

/** What every route may answer. */
const ALWAYS: readonly ErrorCode[] = [
  "forbidden_origin",
  "secret_missing",
  "unavailable",
  "storage_full",
  "internal",
];
/** What every route that takes a token may answer. */
const GUARDED: readonly ErrorCode[] = [
  "unauthorized",
  "token_invalid",
  "token_expired",
  "token_revoked",
  "forbidden",
  "forbidden_document",
];

/** The refusals of an open route, by status, each with an example. */
export function openProblems(...codes: ErrorCode[]): object {
  return byStatus([...codes, ...ALWAYS]);
}

/**
 * The refusals of a guarded route. `object`: they are thrown and never returned, so a handler's type has no use
 * for them.
 */
export function problems(...codes: ErrorCode[]): object {
  return byStatus(["invalid", ...codes, ...GUARDED, ...ALWAYS]);
}

function byStatus(codes: readonly ErrorCode[]): RouteConfig["responses"] {
  const groups = Map.groupBy(new Set(codes), (code) => errorKind(code).status);
  return Object.fromEntries([...groups].map(([status, group]) => [status, problemResponse(status, group)]));
}

function problemResponse(status: number, codes: readonly ErrorCode[]) {
  const examples: Record<string, { value: Problem }> = {};
  for (const code of codes) {
    const { title } = errorKind(code);
    examples[code] = { value: { type: problemType(code), title, status, detail: `${title}.`, code } };
  }
  return {
    description: codes.map((code) => `\`${code}\`: ${errorKind(code).title}`).join("; "),
    content: {
      "application/problem+json": { schema: problemSchema, examples },
    },
  };
}

/** Of a GET with `If-None-Match`. */
export const notModified = { description: "The client has this already" };

/** Raw bytes of any of these types. */
export function binary(types: readonly string[]) {
  return Object.fromEntries(
    types.map((type) => [type, { schema: { type: "string", format: "binary" } as const }]),
  );
}
