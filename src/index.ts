import type { Env } from "./env.ts";
import { noticeArrival } from "./event-loop.ts";
import { consumeExports } from "./export/consumer.ts";
import type { ExportMessage } from "./export/queue-message.ts";
import { createApp } from "./http/app.ts";

export { DocumentRoom } from "./room/document-room.ts";

const app = createApp();

/** The composition root: what the Workers runtime calls. */
export default {
  fetch: (request, env, ctx) => {
    noticeArrival();
    return app.fetch(request, env, ctx);
  },
  queue: consumeExports,
} satisfies ExportedHandler<Env, ExportMessage>;
