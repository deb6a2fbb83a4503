import { DurableObject } from "cloudflare:workers";

interface Env {
  OBJECTS: DurableObjectNamespace<BareObject>;
}

/** The least a document can be: an object with one table and one row in it. */
export class BareObject extends DurableObject<Env> {
  create(title: string): void {
    this.ctx.storage.transactionSync(() => {
      this.ctx.storage.sql.exec("CREATE TABLE document (id INTEGER PRIMARY KEY, title TEXT NOT NULL)");
      this.ctx.storage.sql.exec("INSERT INTO document (id, title) VALUES (1, ?)", title);
    });
  }
}

export default {
  async fetch(request: Request, env: Env): Promise<Response> {
    if (request.method !== "POST") return new Response("Send a document", { status: 405 });
    const id = crypto.randomUUID();
    const { title } = await request.json<{ title: string }>();
    await env.OBJECTS.getByName(id).create(title);
    return Response.json({ id, title }, { status: 201 });
  },
};
