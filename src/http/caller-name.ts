import { parseInput } from "../input/parse-input.ts";
import { nameSchema } from "../protocol/model/scalars.ts";

/** What a caller without a token calls themselves, percent-encoded: header values are bytes, and names are not. */
export const NAME_HEADER = "Acetate-Name";

/** The name in the header's value. null: it is none. */
export function readCallerName(header: string): string | null {
  try {
    const name = parseInput(nameSchema, decodeURIComponent(header));
    return name.ok ? name.value : null;
  } catch {
    return null;
  }
}
