import type * as z from "zod";
import { type ErrorCode, errorKind, type errorTable } from "../../protocol/errors.ts";
import { type Problem, problemSchema, problemType } from "../../protocol/problem.ts";
import { toClassic } from "./to-classic.ts";

/** A JSON answer. */
export function json<T extends z.core.$ZodType>(schema: T, description: string, example: z.input<T>) {
  return { description, content: { "application/json": { schema: toClassic(schema), example } } };
}

/** Like `json`, for a handler that makes the text itself, piece by piece. */
export function streamedJson<T extends z.core.$ZodType>(schema: T, description: string, example: z.input<T>) {
  const content: Record<string, { schema: z.ZodType; example: z.input<T> }> = {
    "application/json": { schema: toClassic(schema), example },
  };
  return { description, content };
}

/** What every route may answer. */
const ALWAYS = [
  "forbidden_origin",
  "rate_limited",
  "secret_missing",
  "unavailable",
  "storage_full",
  "internal",
] as const;
/** What every route may answer that takes a token. `forbidden` is not among them: viewers may call some routes. */
const GUARDED = [
  "invalid",
  "unauthorized",
  "token_invalid",
  "token_expired",
  "token_revoked",
  "forbidden_document",
] as const;

type StatusOf<C extends ErrorCode> = (typeof errorTable)[C]["status"];

/** A response for each status that these codes have in the table of errors. */
type Problems<C extends ErrorCode> = Record<StatusOf<C>, ReturnType<typeof problemResponse>>;

/** The refusals of a route by status, each with an example: these codes, and those that every route may answer. */
export function onlyProblems<C extends ErrorCode>(...codes: C[]): Problems<C | (typeof ALWAYS)[number]> {
  return byStatus([...codes, ...ALWAYS]);
}

/** The refusals of a guarded route. A route that takes more than the role viewer names `forbidden`, too. */
export function problems<C extends ErrorCode>(
  ...codes: C[]
): Problems<C | (typeof GUARDED)[number] | (typeof ALWAYS)[number]> {
  return byStatus([...codes, ...GUARDED, ...ALWAYS]);
}

function byStatus<C extends ErrorCode>(codes: readonly C[]): Problems<C> {
  const groups = Map.groupBy(new Set(codes), (code) => errorKind(code).status);
  const responses = [...groups].map(([status, group]) => [status, problemResponse(status, group)] as const);
  // `fromEntries` forgets which keys there are.
  return Object.fromEntries(responses) as Problems<C>;
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
      "application/problem+json": { schema: toClassic(problemSchema), examples },
    },
  };
}

/** The answer to a GET with `If-None-Match`. */
export const notModified = { description: "The client has this already" };

/** Raw bytes of any of these types. */
export function binary(types: readonly string[]) {
  return Object.fromEntries(
    types.map((type) => [type, { schema: { type: "string", format: "binary" } as const }]),
  );
}
