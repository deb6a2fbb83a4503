import { z } from "zod";
import type { Env } from "./env.ts";

/** The variables of `wrangler.toml`, `.dev.vars` and the dashboard, with their defaults. */
const configSchema = z.object({
  /** At least 32 characters: HS256 is as strong as its secret. */
  AUTH_SECRET: z.string().min(32).optional(),
  /** Comma-separated origins (`https://app.example.org`) that may call from a browser, beside our own; `*` for any. */
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
      error: "must be a comma-separated list of origins, or *",
    }),
  /** Updates after which a client is asked for a snapshot: what a join has to replay at most. */
  SNAPSHOT_EVERY: z.coerce.number().int().min(1).max(100_000).default(200),
  /** Silence after which a present client is shown as gone. */
  PRESENCE_TIMEOUT_MS: z.coerce.number().int().min(100).max(3_600_000).default(30_000),
  /** A state of which nothing was heard counts as arrived after this: in a storm of joins the next ones go then. */
  JOIN_ARRIVED_MS: z.coerce.number().int().min(10).max(60_000).default(250),
  /**
   * Requests of one subject (or address without a token) that an isolate answers, with bursts of ten times that: as many as messages of
   * a socket. People never come near; a broken loop is stopped within seconds, and no one takes all of an isolate for long.
   */
  REQUESTS_PER_SECOND: z.coerce.number().int().min(1).max(1_000_000).default(2_000),
  SOCKETS_PER_DOCUMENT: z.coerce.number().int().min(1).max(30_000).default(1_000),
  /**
   * Pixels of a picture that is decoded or encoded as a whole, 2000 × 1500; what goes by rows may have four times as many
   * (`src/raster/output-limit.ts`). An isolate has 128 MB; a render is to hold less than 96 MiB. Measured (test/export/memory.test.ts):
   * Photon's memory grows to 12 bytes a pixel for photos; libwebp's decoder takes 8 and twice the frame's chunks, of which 4 a pixel stay; its
   * encoder takes 13 to 22, and 4 for its rows; resvg's memory grows to 8 MiB; bands take 6.
   */
  MAX_IMAGE_PIXELS: z.coerce.number().int().min(1).max(100_000_000).default(3_000_000),
});
export type Config = Readonly<z.output<typeof configSchema>>;

function isOrigin(text: string): boolean {
  if (text === "*") return true;
  try {
    return new URL(text).origin === text;
  } catch {
    return false;
  }
}

/** A bad variable: the message names it, says what it must be, and never shows its value. */
export class ConfigError extends Error {}

const known = new WeakMap<Env, Config>();

/** The checked configuration. Throws `ConfigError` that names each bad variable. */
export function readConfig(env: Env): Config {
  const before = known.get(env);
  if (before) return before;
  const parsed = configSchema.safeParse(env);
  if (!parsed.success) {
    const lines = parsed.error.issues.map((issue) => `${issue.path.join(".")}: ${issue.message}`);
    throw new ConfigError(`Bad configuration: ${lines.join("; ")}`);
  }
  known.set(env, parsed.data);
  return parsed.data;
}
