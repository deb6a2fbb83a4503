import type { Words } from "./en.ts";

/** A refusal of the service, or an error of the client library. */
interface Failure {
  code: string;
  message: string;
}

/**
 * Why something failed, in the person's language. The service's own text is English: it is shown only where there are
 * no better words.
 *
 * @param own by code, what to say here instead of the usual
 */
export function explainError(
  { code, message }: Failure,
  words: Words,
  own: Readonly<Record<string, string>> = {},
): string {
  const usual: Readonly<Record<string, string>> = words.errors.reasons;
  return own[code] ?? usual[code] ?? words.errors.other(message);
}
