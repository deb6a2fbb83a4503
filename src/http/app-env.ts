import type { Config } from "../config.ts";
import type { Env } from "../env.ts";
import type { Access } from "../room/access.ts";

/** The variables of Hono's context. */
export interface AppEnv {
  Bindings: Env;
  Variables: {
    requestId: string;
    config: Config;
    /** `guard` sets it; a route without `guard` has none. */
    access: Access;
  };
}
