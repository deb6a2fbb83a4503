import { AcetateError } from "./acetate-error.ts";

export function tooLarge(what: string, bytes: number, limit: number): AcetateError {
  return new AcetateError("too_large", `${what} has at most ${limit} bytes, and this one has ${bytes}`);
}

/** Throws where the JSON of a value is larger than the service takes. */
export function requireSmall(what: string, value: Record<string, unknown>, limit: number): void {
  const bytes = new TextEncoder().encode(JSON.stringify(value)).length;
  if (bytes > limit) throw tooLarge(what, bytes, limit);
}
