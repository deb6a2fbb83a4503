import * as z from "zod";
import { errorCodes, errorKind, type ErrorCode, type Failure } from "./errors.ts";

export const fieldErrorsSchema = z
  .array(
    z.object({
      path: z.string().describe("The field, as in `geometry.points.3.0`. Empty: the whole body"),
      message: z.string().describe("What is wrong with it"),
    }),
  )
  .describe("Every field that was refused");

export const problemSchema = z
  .object({
    type: z.string().describe("A URN for the kind of problem"),
    title: z.string().describe("The kind of problem, for people"),
    status: z.int().describe("The HTTP status"),
    detail: z.string().describe("What is wrong here and what to do next, for people"),
    code: z.enum(errorCodes).describe("The kind of problem, for programs"),
    errors: fieldErrorsSchema.optional(),
    current: z.unknown().optional().describe("The resource as it is now, where the request came too late"),
    index: z.int().optional().describe("The operation of a batch that was refused, from 0"),
    request_id: z.string().optional().describe("Quote it when you report an `internal` error"),
  })
  .meta({ id: "Problem", description: "Problem details (RFC 9457): why a request was refused" });
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
