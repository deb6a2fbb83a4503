import { DatabaseSync } from "node:sqlite";
import { Database } from "@hocuspocus/extension-database";
import { Server } from "@hocuspocus/server";

/**
 * Hocuspocus with the table and the statements of its own SQLite extension, over Node's SQLite: the extension itself
 * needs better-sqlite3, which downloads a binary or a compiler's headers. Arguments: a port, a file for the database.
 */
const [port = "0", file = ""] = process.argv.slice(2);
const database = new DatabaseSync(file);
database.exec(
  "CREATE TABLE IF NOT EXISTS documents (name varchar(255) NOT NULL, data blob NOT NULL, UNIQUE(name))",
);
const select = database.prepare("SELECT data FROM documents WHERE name = ?");
const upsert = database.prepare(
  "INSERT INTO documents (name, data) VALUES (?, ?) ON CONFLICT(name) DO UPDATE SET data = excluded.data",
);

const server = new Server({
  address: "127.0.0.1",
  port: Number(port),
  quiet: true,
  extensions: [
    new Database({
      fetch: async ({ documentName }) => {
        const data = select.get(documentName)?.["data"];
        return data instanceof Uint8Array ? data : null;
      },
      store: async ({ documentName, state }) => {
        upsert.run(documentName, state);
      },
    }),
  ],
});
await server.listen();
