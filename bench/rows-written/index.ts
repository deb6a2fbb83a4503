import type { Env as ServiceEnv } from "../../src/env.ts";
import { DocumentRoom } from "../../src/room/document-room.ts";
import { ACCESS_HEADER } from "../../src/room/sockets/accept-socket.ts";

interface Env extends ServiceEnv {
  ROOMS: DurableObjectNamespace<CountedRoom>;
}

/** Everyone may everything here. */
const ACCESS = { claims: null };

/** The service's room, whose database counts what the platform bills: rows and index entries written. */
export class CountedRoom extends DocumentRoom {
  #rowsWritten: () => number;

  constructor(ctx: DurableObjectState, env: Env) {
    const rowsWritten = countRows(ctx.storage.sql);
    super(ctx, env);
    this.#rowsWritten = rowsWritten;
  }

  async make(id: string): Promise<boolean> {
    const { ok } = await this.createDocument(ACCESS, { id, title: "Counted", metadata: {} }, {});
    return ok;
  }

  async rowsWritten(): Promise<number> {
    return this.#rowsWritten();
  }
}

/** Listens to every statement. A cursor's count is final when it was read to its end. */
function countRows(sql: SqlStorage): () => number {
  const cursors: { rowsWritten: number }[] = [];
  const exec = sql.exec.bind(sql);
  const counted = (query: string, ...bindings: unknown[]) => {
    const cursor = exec(query, ...bindings);
    cursors.push(cursor);
    return cursor;
  };
  Object.defineProperty(sql, "exec", { value: counted });
  return () => cursors.reduce((sum, { rowsWritten }) => sum + rowsWritten, 0);
}

/** POST /rooms/{id} makes a document, GET is its room, GET …/rows its rows written so far. */
export default {
  async fetch(request: Request, env: Env): Promise<Response> {
    const [, id, rows] = /^\/rooms\/([^/]+)(\/rows)?$/.exec(new URL(request.url).pathname) ?? [];
    if (id === undefined) return new Response("Not found", { status: 404 });
    const room = env.ROOMS.getByName(id);
    if (rows !== undefined) return Response.json(await room.rowsWritten());
    if (request.method === "POST") {
      return new Response(null, { status: (await room.make(id)) ? 201 : 500 });
    }
    const headers = new Headers(request.headers);
    headers.set(ACCESS_HEADER, JSON.stringify(ACCESS));
    return room.fetch(new Request(request.url, { headers }));
  },
};
