import { OpenAPIHono } from "@hono/zod-openapi";
import { describe, toFieldErrors } from "../input/parse-input.ts";
import type { AppEnv } from "./app-env.ts";
import { refusal } from "./answers/refusal.ts";

/** A router whose inputs (path, query, body) are all refused the same way: a 400 that names every wrong field. */
export function createRouter(): OpenAPIHono<AppEnv> {
  return new OpenAPIHono<AppEnv>({
    defaultHook: (result) => {
      if (result.success) return;
      const errors = toFieldErrors(result.error.issues);
      throw refusal("invalid", describe(errors), { errors });
    },
  });
}
