import { type ErrorCode, type Failure, type Result, fail } from "../../protocol/errors.ts";

/** An error that a handler throws to refuse a request. `answerError` turns it into the answer. */
export class Refusal extends Error {
  readonly failure: Failure;
  /** Headers that this kind of refusal needs, such as `Allow`. */
  readonly headers: Readonly<Record<string, string>>;

  constructor(failure: Failure, headers: Readonly<Record<string, string>> = {}) {
    super(failure.message);
    this.failure = failure;
    this.headers = headers;
  }
}

/** Makes a refusal to throw. `message` tells a person what is wrong and what to do next. */
export function refusal(
  code: ErrorCode,
  message: string,
  more: Omit<Failure, "code" | "message"> = {},
  headers: Readonly<Record<string, string>> = {},
): Refusal {
  return new Refusal(fail(code, message, more).error, headers);
}

/** Returns the value, or throws the failure as a `Refusal`. */
export function unwrap<T>(result: Result<T>): T {
  if (!result.ok) throw new Refusal(result.error);
  return result.value;
}
