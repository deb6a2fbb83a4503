import { applyD1Migrations, reset } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { openQueue } from "./export/queue-gate.ts";

openQueue();
// Files share a runtime: each begins with an empty one.
await reset();
await applyD1Migrations(env.DB, env.TEST_MIGRATIONS);
