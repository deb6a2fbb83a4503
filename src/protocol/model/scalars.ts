import * as z from "zod/mini";
import { _coercedNumber, _isoDateTime } from "zod/v4/core";
import { describe } from "../describe.ts";
import { CLIENT_ID_MAX, COORDINATE_MAX, LINEAGE_MAX, METADATA_MAX_BYTES, NAME_MAX } from "../limits.ts";

// zod's own names for these two are `z.iso.datetime` and `z.coerce.number`. A bundler that meets one member of `z.iso`
// or `z.coerce` keeps them all: half a kilobyte (compressed) of dates, durations and big integers.

/** RFC 3339. The options are those of `z.iso.datetime`. */
export function dateTimeSchema(options: z.core.$ZodISODateTimeParams) {
  return _isoDateTime(z.ZodMiniISODateTime, options);
}

/** UUIDv4 (RFC 9562), in lower case. */
export const idSchema = describe(z.uuidv4().check(z.toLowerCase()), "UUIDv4, in lower case");

/** RFC 3339 in UTC with milliseconds, e.g. `2026-11-22T10:00:00.000Z`. */
export const timestampSchema = describe(dateTimeSchema({ precision: 3 }), "RFC 3339, UTC, with milliseconds");

/** A time as it leaves the service. `ms` is milliseconds since the epoch. */
export function toTimestamp(ms: number): string {
  return new Date(ms).toISOString();
}

/** A place in a document's order of changes: 1, 2, 3 …; 0 is before the first. */
export const seqSchema = z.int().check(z.nonnegative());

/** Names the history that a seq belongs to. What is in it is the service's affair. */
export const lineageSchema = z.string().check(z.maxLength(LINEAGE_MAX), z.regex(/^[\w.]+$/));

/** A resource's own counter. It rises with each change and never goes back. */
export const versionNumberSchema = z.int().check(z.positive());

/** Text that can be stored and sent: without unpaired surrogates and NUL. */
export function textSchema(max: number) {
  return z
    .string()
    .check(z.maxLength(max), z.refine(isStorable, { error: "must be well-formed Unicode without NUL" }));
}

function isStorable(text: string): boolean {
  return text.isWellFormed() && !text.includes("\0");
}

/** An id that a client chooses: opId, actorId. */
export const clientIdSchema = textSchema(CLIENT_ID_MAX).check(z.minLength(1));
/** The id of an operation: with it, a repeat changes nothing. */
export const opIdSchema = describe(
  clientIdSchema,
  "An id of the client's choice for this operation, such as a UUID. A repeat with the same id changes nothing",
);

/** A name that people read. */
export const nameSchema = describe(
  textSchema(NAME_MAX).check(z.trim(), z.minLength(1)),
  `1–${NAME_MAX} characters after trimming`,
);

/** Pixels in the upright image. `z.number()` refuses NaN and the infinities. */
export const coordinateSchema = z.number().check(z.minimum(-COORDINATE_MAX), z.maximum(COORDINATE_MAX));
export const lengthSchema = z.number().check(z.minimum(0), z.maximum(COORDINATE_MAX));

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

/** Any JSON object, up to so many bytes of JSON. */
export function boundedObject(maxBytes: number) {
  const fits = (value: object): boolean => utf8Length(JSON.stringify(value)) <= maxBytes;
  return describe(
    z
      .record(z.string(), z.unknown())
      .check(z.refine(fits, { error: `must be at most ${maxBytes} bytes of JSON` })),
    `Any JSON object of at most ${maxBytes} bytes`,
  );
}

export interface Page {
  page: number;
  size: number;
}

/** A page of a list. */
export function pageSchema<T extends z.ZodMiniType>(item: T) {
  return z.object({
    items: describe(z.array(item), "The items of this page"),
    page: describe(z.int(), "The page, from 1"),
    size: describe(z.int(), "How many items a page holds"),
    total: describe(z.int().check(z.nonnegative()), "How many items match, on all pages together"),
  });
}
export interface Paged<T> extends Page {
  items: T[];
  total: number;
}
