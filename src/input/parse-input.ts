import * as z from "zod";
import { type FieldError, type Result, fail, ok } from "../protocol/errors.ts";

/** The most errors shown. Nobody reads 10,000 sentences about 10,000 wrong points. */
const ERRORS_SHOWN = 50;

type Issue = z.core.$ZodIssue;

/*
 * The protocol's schemas are those of `zod/mini`, which brings no texts. zod sets its English ones for both as soon as
 * a schema of its own is made, which `src/config.ts` does at the start.
 */

/**
 * Parses input from outside: the typed value, or a failure that names every refused field.
 *
 * @example
 * const parsed = parseInput(documentCreateSchema, body);
 * if (!parsed.ok) return parsed;
 * console.log(parsed.value.title);
 */
export function parseInput<T extends z.core.$ZodType>(schema: T, input: unknown): Result<z.output<T>> {
  const parsed = z.safeParse(schema, input);
  if (parsed.success) return ok(parsed.data);
  const errors = toFieldErrors(parsed.error.issues);
  return fail("invalid", describe(errors), { errors });
}

/** One line for each refused field. Of a union, only the branch that fits best is told. */
export function toFieldErrors(issues: readonly Issue[], base: readonly PropertyKey[] = []): FieldError[] {
  return issues.flatMap((issue) => issueErrors(issue, base)).slice(0, ERRORS_SHOWN);
}

/** The errors as one sentence: the first one, and how many more there are. */
export function describe(errors: readonly FieldError[]): string {
  const [first] = errors;
  if (!first) return "The request is not valid";
  const more = errors.length > 1 ? ` (and ${errors.length - 1} more)` : "";
  return `${first.path === "" ? "The body" : first.path}: ${first.message}${more}`;
}

function issueErrors(issue: Issue, base: readonly PropertyKey[]): FieldError[] {
  const path = [...base, ...issue.path];
  if (issue.code === "unrecognized_keys") {
    return issue.keys.map((key) => ({ path: toPath([...path, key]), message: "is not a known field" }));
  }
  if (issue.code === "invalid_union" && issue.errors.length > 0) {
    const best = issue.errors.reduce((a, b) => (mismatch(b) < mismatch(a) ? b : a));
    return toFieldErrors(best, path);
  }
  return [{ path: toPath(path), message: issue.message }];
}

/**
 * How far a branch of a union is from the input. Unknown fields count most: they mean that another branch was meant.
 */
function mismatch(issues: readonly Issue[]): number {
  return issues.reduce(
    (sum, issue) => sum + (issue.code === "unrecognized_keys" ? 10 * issue.keys.length : 1),
    0,
  );
}

function toPath(path: readonly PropertyKey[]): string {
  return path.map((part) => String(part).slice(0, 64)).join(".");
}
