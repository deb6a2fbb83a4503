import type { Config } from "../config.ts";
import type { Env } from "../env.ts";
import type { Access } from "../room/access.ts";

/** What handlers and middleware find in Hono's context. */
export interface AppEnv {
  Bindings: Env;
  Variables: {
    requestId: string;
    config: Config;
    /** Set by `guard`: routes without it have none. */
    access: Access;
  };
}
