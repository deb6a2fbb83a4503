import * as z from "zod";
import {
  CLIENT_ID_MAX,
  COORDINATE_MAX,
  METADATA_MAX_BYTES,
  NAME_MAX,
  PAGE_MAX,
  PAGE_SIZE_DEFAULT,
  PAGE_SIZE_MAX,
} from "../limits.ts";

/** UUIDv4 (RFC 9562), in lower case. */
export const idSchema = z.uuidv4().toLowerCase().describe("UUIDv4, in lower case");

/** RFC 3339 in UTC with milliseconds, e.g. `2026-11-22T10:00:00.000Z`. */
export const timestampSchema = z.iso.datetime({ precision: 3 }).describe("RFC 3339, UTC, with milliseconds");

/** A time as it leaves the service. `ms` is milliseconds since the epoch. */
export function toTimestamp(ms: number): string {
  return new Date(ms).toISOString();
}

/** A place in a document's order of changes: 1, 2, 3 …; 0 is before the first. */
export const seqSchema = z.int().nonnegative();

/** A seq in a query string, which carries text. OpenAPI shows what it means: an integer. */
export const querySeqSchema = z.coerce.number().pipe(seqSchema).meta({ type: "integer", minimum: 0 });

/** A resource's own counter. It rises with each change and never goes back. */
export const versionNumberSchema = z.int().positive();

/** Text that can be stored and sent: without unpaired surrogates and NUL. */
export function textSchema(max: number) {
  return z.string().max(max).refine(isStorable, { error: "must be well-formed Unicode without NUL" });
}

function isStorable(text: string): boolean {
  return text.isWellFormed() && !text.includes("\0");
}

/** An id that a client chooses: opId, actorId. */
export const clientIdSchema = textSchema(CLIENT_ID_MAX).min(1);
/** The id of an operation: with it, a repeat changes nothing. */
export const opIdSchema = clientIdSchema.describe(
  "An id of the client's choice for this operation, such as a UUID. A repeat with the same id changes nothing",
);

/** A name that people read. */
export const nameSchema = textSchema(NAME_MAX)
  .trim()
  .min(1)
  .describe(`1–${NAME_MAX} characters after trimming`);

/** Pixels in the upright image. `z.number()` refuses NaN and the infinities. */
export const coordinateSchema = z.number().min(-COORDINATE_MAX).max(COORDINATE_MAX);
export const lengthSchema = z.number().min(0).max(COORDINATE_MAX);

/** The application's own data: a JSON object of at most `METADATA_MAX_BYTES` bytes as UTF-8 text. */
export const bagSchema = z.record(z.string(), z.unknown()).check((context) => {
  const text = JSON.stringify(context.value);
  const bytes = utf8Length(text);
  if (bytes > METADATA_MAX_BYTES) {
    context.issues.push({
      code: "custom",
      input: context.value,
      message: `must be at most ${METADATA_MAX_BYTES} bytes of JSON, is ${bytes}`,
    });
  }
  // JSON.stringify always writes an unpaired surrogate as \udXXX and NUL as \u0000.
  if (/(?<!\\)(?:\\\\)*\\u(?:d[89a-f]|0000)/.test(text)) {
    context.issues.push({
      code: "custom",
      input: context.value,
      message: "must be well-formed Unicode without NUL",
    });
  }
});
export type Bag = Record<string, unknown>;

const encoder = new TextEncoder();

/** How many bytes a text has as UTF-8. */
export function utf8Length(text: string): number {
  return encoder.encode(text).byteLength;
}

/** The query of a paged list. Query strings carry text, so numbers are coerced. */
export const pageQueryShape = {
  page: z.coerce.number().int().min(1).max(PAGE_MAX).default(1).describe("The page, from 1"),
  size: z.coerce
    .number()
    .int()
    .min(1)
    .max(PAGE_SIZE_MAX)
    .default(PAGE_SIZE_DEFAULT)
    .describe("How many items a page holds"),
};
export interface Page {
  page: number;
  size: number;
}

/** A page of a list. */
export function pageSchema<T extends z.ZodType>(item: T) {
  return z.object({
    items: z.array(item).describe("The items of this page"),
    page: z.int().describe("The page, from 1"),
    size: z.int().describe("How many items a page holds"),
    total: z.int().nonnegative().describe("How many items match, on all pages together"),
  });
}
export interface Paged<T> extends Page {
  items: T[];
  total: number;
}
