import { z } from "zod";
import type { Env } from "../../src/env.ts";
import { readConfig } from "../../src/config.ts";
import { renderExport } from "../../src/export/render.ts";
import { openRoom } from "../../src/room/room-stub.ts";
import service from "../../src/index.ts";

export { DocumentRoom } from "../../src/room/document-room.ts";

const querySchema = z.object({
  document: z.string(),
  format: z.enum(["png", "jpg", "webp", "svg"]),
  quality: z.coerce.number().default(85),
});
/** A transparent ground, so that an SVG without a picture can be laid on one. */
const GROUND = "#ffffff00";

/** What a job does between its message and its file, without the queue and the polling around it. */
export default {
  async fetch(request, env, ctx): Promise<Response> {
    const { pathname, searchParams } = new URL(request.url);
    if (pathname !== "/bench/render") return service.fetch(request, env, ctx);
    const { document, format, quality } = querySchema.parse(Object.fromEntries(searchParams));
    const room = openRoom(env, document);
    const sources = {
      room,
      bucket: env.BUCKET,
      assets: env.ASSETS,
      limits: readConfig(env),
    };
    const state = await room.authorize({ claims: null }, "viewer");
    if (!state.ok) return new Response(state.error.message, { status: 404 });
    const job = { seq: state.value.seq, format, options: { scale: 1, quality, background: GROUND } };
    const parts: Uint8Array<ArrayBuffer>[] = [];
    const write = async (bytes: Uint8Array) => void parts.push(Uint8Array.from(bytes));
    const { peakBytes } = await renderExport(job, sources, write, async () => {});
    return new Response(new Blob(parts), {
      headers: { "x-peak-bytes": String(peakBytes ?? 0) },
    });
  },
} satisfies ExportedHandler<Env>;
