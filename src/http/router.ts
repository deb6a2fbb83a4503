import { OpenAPIHono } from "@hono/zod-openapi";
import { describe, toFieldErrors } from "../input/parse-input.ts";
import type { AppEnv } from "./app-env.ts";
import { refusal } from "./answers/refusal.ts";

/** A router that refuses every wrong path, query or body the same way: with a 400 that names each wrong field. */
export function createRouter(): OpenAPIHono<AppEnv> {
  return new OpenAPIHono<AppEnv>({
    defaultHook: (result) => {
      if (result.success) return;
      const errors = toFieldErrors(result.error.issues);
      throw refusal("invalid", describe(errors), { errors });
    },
  });
}
