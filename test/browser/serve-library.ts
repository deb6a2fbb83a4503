import { once } from "node:events";
import http from "node:http";
import type { AddressInfo } from "node:net";
import path from "node:path";
import { buildCode } from "../../tools/pack/build-code.ts";

/** What a server does with the part of the library that is loaded on demand. */
export type Fault = "none" | "cut" | 404;

const PAGE = `<!doctype html>
<script type="module">import * as acetate from "/stdin.js"; window.acetate = acetate;</script>`;

/** Calls a REST function in the page. The service always answers the same. */
export const CALL = `
  acetate.createClient({
    url: location.origin,
    fetch: async () => Response.json({ id: "1" }),
  }).documents.get("1").then(({ id }) => id, ({ name, code, message }) => [name, code, message].join(": "))
`;

/** Serves a page with the client library, in parts. */
export async function serveLibrary() {
  const library = 'export * from "./src/client/index.ts";';
  const { files, metafile } = await buildCode({ minify: true, page: library });
  const code = new Map(files.map((file) => [`/${path.basename(file.path)}`, file.text]));
  const onDemand = new Set(
    Object.values(metafile.outputs)
      .flatMap(({ imports }) => imports)
      .filter(({ kind }) => kind === "dynamic-import")
      .map((imported) => `/${path.basename(imported.path)}`),
  );
  if (onDemand.size !== 1) throw new Error(`There are ${onDemand.size} parts on demand`);
  const state: { fault: Fault; asked: number } = { fault: "none", asked: 0 };
  const server = http.createServer((request, response) => {
    const file = request.url ?? "/";
    if (onDemand.has(file)) {
      state.asked++;
      if (state.fault === "cut") {
        request.socket.destroy();
        return;
      }
      if (state.fault === 404) response.statusCode = 404;
    }
    response.setHeader("content-type", file === "/" ? "text/html" : "text/javascript");
    response.end(file === "/" ? PAGE : code.get(file));
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}/`, state, close: () => server.close() };
}
