import { routePartykitRequest } from "partyserver";
import { YServer } from "y-partyserver";
import { Doc, applyUpdate, encodeStateAsUpdate } from "yjs";

/** y-partyserver with its defaults, keeping the document in the object's SQLite, as its documentation suggests. */
export class YRoom extends YServer {
  override async onLoad(): Promise<Doc> {
    const { sql } = this.ctx.storage;
    sql.exec("CREATE TABLE IF NOT EXISTS documents (id INTEGER PRIMARY KEY, content BLOB NOT NULL)");
    const doc = new Doc();
    const content = sql.exec("SELECT content FROM documents").toArray()[0]?.["content"];
    if (content instanceof ArrayBuffer) applyUpdate(doc, new Uint8Array(content));
    return doc;
  }

  override async onSave(): Promise<void> {
    const content = encodeStateAsUpdate(this.document);
    this.ctx.storage.sql.exec("INSERT OR REPLACE INTO documents (id, content) VALUES (1, ?)", content);
  }
}

export default {
  async fetch(request: Request, env: object): Promise<Response> {
    return (await routePartykitRequest(request, env)) ?? new Response("Not found", { status: 404 });
  },
};
