import type { Env } from "../../src/env.ts";
import type { ExportMessage } from "../../src/export/queue-message.ts";
import worker from "../../src/index.ts";
import { isQueueClosed } from "./export/queue-gate.ts";

export { DocumentRoom } from "../../src/index.ts";

/** The service as it is, with a queue that a test can close. */
export default {
  ...worker,
  async queue(batch, env) {
    if (isQueueClosed()) batch.retryAll({ delaySeconds: 1 });
    else await worker.queue(batch, env);
  },
} satisfies ExportedHandler<Env, ExportMessage>;
