import * as z from "zod";

/** A whole number from `min` to `max`. */
function wholeNumber(min: number, max: number) {
  const error = `must be a whole number from ${min} to ${max}`;
  return z.coerce.number({ error }).int({ error }).min(min, { error }).max(max, { error });
}

/** The variables of `wrangler.toml`, `.dev.vars` and the dashboard, with their defaults. */
export const configSchema = z.object({
  /** At least 32 characters: HS256 is as strong as its secret. */
  AUTH_SECRET: z
    .string({ error: "must be a text" })
    .min(32, { error: "must be at least 32 characters" })
    .optional(),
  /**
   * Comma-separated origins (`https://app.example.org`) whose pages may call from a browser, beside our own. `*` is
   * any, and `null` is a page without an origin: one that was opened from a file, or is in a sandboxed frame.
   */
  ALLOWED_ORIGINS: z
    .string()
    .default("")
    .transform((text) =>
      text
        .split(",")
        .map((origin) => origin.trim())
        .filter((origin) => origin !== ""),
    )
    .refine((origins) => origins.every(isOrigin), {
      error: "must be a comma-separated list of origins such as https://app.example.org, or null, or *",
    }),
  /** Updates after which a client is asked for a snapshot: what a join has to replay at most. */
  SNAPSHOT_EVERY: wholeNumber(1, 100_000).default(200),
  /** Silence after which a present client is shown as gone. */
  PRESENCE_TIMEOUT_MS: wholeNumber(100, 3_600_000).default(30_000),
  /** A joining client's state counts as arrived after this, if the client says nothing: then the next joins may go. */
  JOIN_ARRIVED_MS: wholeNumber(10, 60_000).default(250),
  /**
   * Requests of one subject (or address without a token) that an isolate answers, with bursts of ten times that: as
   * many as messages of a socket. People never come near. A broken loop is stopped within seconds, and no one takes all
   * of an isolate for long.
   */
  REQUESTS_PER_SECOND: wholeNumber(1, 1_000_000).default(2_000),
  SOCKETS_PER_DOCUMENT: wholeNumber(1, 30_000).default(1_000),
  /**
   * Pixels of a picture that goes through memory row by row: 64 megapixels as sensors have them (9248 × 6936). Memory
   * does not grow with them, but time does.
   */
  MAX_IMAGE_PIXELS: wholeNumber(1, 268_435_456).default(67_108_864),
  /**
   * Pixels of a picture that is in memory as a whole: 16 megapixels as sensors have them (4624 × 3472), which take 64
   * MiB. More would not fit the 96 MiB that a job may hold. `src/raster/output-limit.ts` says which kinds may have only
   * a part of it.
   */
  MAX_WHOLE_IMAGE_PIXELS: wholeNumber(1, 16_777_216).default(16_777_216),
});
export type Config = Readonly<z.output<typeof configSchema>>;

/** Variables whose values are shown to nobody. */
const SECRETS: ReadonlySet<string> = new Set(["AUTH_SECRET"]);

function isOrigin(text: string): boolean {
  if (text === "*" || text === "null") return true;
  return URL.parse(text)?.origin === text;
}

/** A bad variable: the message names it, says what it must be, and never shows its value. */
export class ConfigError extends Error {}

const known = new WeakMap<object, Config>();

/** The checked configuration in the bindings `env`. Throws `ConfigError`, which names each bad variable. */
export function readConfig(env: object): Config {
  const before = known.get(env);
  if (before) return before;
  const parsed = configSchema.safeParse(env);
  if (!parsed.success) {
    const lines = listProblems(parsed.error).map(({ name, message }) => `${name} ${message}`);
    throw new ConfigError(`Bad configuration: ${lines.join("; ")}`);
  }
  known.set(env, parsed.data);
  return parsed.data;
}

/** For whoever starts the service: a line for each bad variable, with its value unless it is a secret. */
export function describeBadVariables(variables: Readonly<Record<string, unknown>>): string[] {
  const parsed = configSchema.safeParse(variables);
  if (parsed.success) return [];
  return listProblems(parsed.error).map(({ name, message }) =>
    SECRETS.has(name) ? `${name} ${message}` : `${name} ${message}, not ${quote(variables[name])}`,
  );
}

function listProblems(error: z.ZodError): { name: string; message: string }[] {
  return error.issues.map(({ path, message }) => ({ name: path.join("."), message }));
}

function quote(value: unknown): string {
  return typeof value === "string" ? `"${value}"` : JSON.stringify(value);
}
