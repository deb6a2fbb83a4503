import * as z from "zod/mini";
import { component, describe } from "./describe.ts";
import { errorCodes, errorKind, type ErrorCode, type Failure } from "./errors.ts";

export const fieldErrorsSchema = describe(
  z.array(
    z.object({
      path: describe(z.string(), "The field, as in `geometry.points.3.0`. Empty: the whole body"),
      message: describe(z.string(), "What is wrong with it"),
    }),
  ),
  "Every field that was refused",
);

export const problemSchema = component(
  z.object({
    type: describe(z.string(), "A URN for the kind of problem"),
    title: describe(z.string(), "The kind of problem, for people"),
    status: describe(z.int(), "The HTTP status"),
    detail: describe(z.string(), "What is wrong here and what to do next, for people"),
    code: describe(z.enum(errorCodes), "The kind of problem, for programs"),
    errors: z.optional(fieldErrorsSchema),
    current: describe(z.optional(z.unknown()), "The resource as it is now, where the request came too late"),
    index: describe(z.optional(z.int()), "The operation of a batch that was refused, from 0"),
    request_id: describe(z.optional(z.string()), "Quote it when you report an `internal` error"),
  }),
  "Problem",
  "Problem details (RFC 9457): why a request was refused",
);
export type Problem = z.infer<typeof problemSchema>;

/** The URN of a kind of problem. */
export function problemType(code: ErrorCode): string {
  return `urn:acetate:problem:${code}`;
}

/** A failure as problem details: what every refused request is answered with. */
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
