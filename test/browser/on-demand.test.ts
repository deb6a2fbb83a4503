import { once } from "node:events";
import http from "node:http";
import type { AddressInfo } from "node:net";
import path from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { buildCode } from "../../tools/pack/build-code.ts";
import { ChromiumPage } from "./chromium.ts";

/** What the server does with the chunk that is loaded on demand. */
let fault: "none" | "cut" | 404 = "none";
let server: http.Server;
let page: ChromiumPage;
const asked: string[] = [];

const PAGE = `<!doctype html>
<script type="module">import * as acetate from "/stdin.js"; window.acetate = acetate;</script>`;
/** Calls a REST function. The service always answers the same. */
const CALL = `
  acetate.createClient({
    url: location.origin,
    fetch: async () => Response.json({ id: "1" }),
  }).documents.get("1").then(({ id }) => id, ({ name, code, message }) => [name, code, message].join(": "))
`;

beforeAll(async () => {
  const library = 'export * from "./src/client/index.ts";';
  const { files, metafile } = await buildCode({ minify: true, page: library });
  const code = new Map(files.map((file) => [`/${path.basename(file.path)}`, file.text]));
  const onDemand = Object.values(metafile.outputs)
    .flatMap(({ imports }) => imports)
    .filter(({ kind }) => kind === "dynamic-import")
    .map((imported) => `/${path.basename(imported.path)}`);
  expect(new Set(onDemand).size).toBe(1);
  server = http.createServer((request, response) => {
    const file = request.url ?? "/";
    if (onDemand.includes(file)) {
      asked.push(file);
      if (fault === "cut") {
        request.socket.destroy();
        return;
      }
      if (fault === 404) response.statusCode = 404;
    }
    response.setHeader("content-type", file === "/" ? "text/html" : "text/javascript");
    response.end(file === "/" ? PAGE : code.get(file));
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  page = await ChromiumPage.open();
});
afterAll(async () => {
  await page.close();
  server.close();
});

it.each(["cut", 404] as const)(
  "what is loaded on demand is tried again after a failure (%s)",
  async (how) => {
    fault = how;
    asked.length = 0;
    const { port } = server.address() as AddressInfo;
    await page.show(`http://127.0.0.1:${port}/`, 100, 100);
    expect(asked).toEqual([]);
    expect(await page.evaluate(CALL)).toMatch(/^AcetateError: network: .* try again, or reload the page$/);
    fault = "none";
    const before = asked.length;
    expect(await page.evaluate(CALL)).toBe("1");
    expect(asked.length).toBe(before + 1);
    expect(await page.evaluate(CALL)).toBe("1");
    expect(asked.length).toBe(before + 1);
  },
);
