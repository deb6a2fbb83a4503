import { z } from "zod";
import { errorCodes, errorKind, type ErrorCode, type Failure } from "./errors.ts";

/** RFC 9457 problem details, as every refused request is answered (`application/problem+json`). */
export const problemSchema = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    detail: z.string(),
    code: z.enum(errorCodes),
    /** Every refused field; `path` as in `geometry.points.3.0`. */
    errors: z.array(z.object({ path: z.string(), message: z.string() })).optional(),
    /** The resource as it is now, where the request was late. */
    current: z.unknown().optional(),
    /** Which operation of a batch. */
    index: z.int().optional(),
    request_id: z.string().optional(),
  })
  .meta({ id: "Problem" });
export type Problem = z.infer<typeof problemSchema>;

/** The URN that names a kind of problem. */
export function problemType(code: ErrorCode): string {
  return `urn:acetate:problem:${code}`;
}

/** A failure as problem details. */
export function toProblem(failure: Failure): Problem {
  const { title, status } = errorKind(failure.code);
  return {
    type: problemType(failure.code),
    title,
    status,
    detail: failure.message,
    code: failure.code,
    ...(failure.errors && { errors: failure.errors }),
    ...(failure.current !== undefined && { current: failure.current }),
    ...(failure.index !== undefined && { index: failure.index }),
  };
}
