import { type ErrorCode, type Failure, type Result, fail } from "../../protocol/errors.ts";

/** A failure on its way out of a handler: `answerError` makes it an answer. */
export class Refusal extends Error {
  readonly failure: Failure;
  /** Headers that the kind of refusal asks for, as `Allow`. */
  readonly headers: Readonly<Record<string, string>>;

  constructor(failure: Failure, headers: Readonly<Record<string, string>> = {}) {
    super(failure.message);
    this.failure = failure;
    this.headers = headers;
  }
}

/** A refusal to throw. `message` is for a person: what is wrong and what to do next. */
export function refusal(
  code: ErrorCode,
  message: string,
  more: Omit<Failure, "code" | "message"> = {},
  headers: Readonly<Record<string, string>> = {},
): Refusal {
  return new Refusal(fail(code, message, more).error, headers);
}

/** The value, or a thrown `Refusal`. */
export function unwrap<T>(result: Result<T>): T {
  if (!result.ok) throw new Refusal(result.error);
  return result.value;
}
