import { once } from "node:events";
import { readFile } from "node:fs/promises";
import http from "node:http";
import path from "node:path";
import { build } from "esbuild";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { projectRoot } from "../../tools/project.ts";
import { FaultyProxy } from "../client/support/faulty-proxy.ts";
import { useSharedService } from "../client/support/service.ts";
import { waitFor } from "../e2e/support/wait-for.ts";
import { ChromiumPage } from "./chromium.ts";

/** What the page does with the client, and what it returns as JSON. `photo` is 5 MiB. */
const PREPARE = `
  const { createClient } = client;
  const api = createClient({ url: SERVICE });
  const photo = new Blob([PICTURE, new Uint8Array(5 * 1024 * 1024 - PICTURE.length)]);
  const told = [];
  const onProgress = (progress) => told.push(progress);
`;

describe("the client's uploads in Chromium", () => {
  const service = useSharedService();
  let proxy: FaultyProxy;
  let pages: http.Server;
  let page: ChromiumPage;
  let documentId: string;

  beforeAll(async () => {
    proxy = await FaultyProxy.start(service.url);
    pages = http.createServer((_, response) => {
      response.setHeader("content-type", "text/html").end("<!doctype html><title>A page</title>");
    });
    await once(pages.listen(0, "127.0.0.1"), "listening");
    const address = pages.address();
    if (typeof address !== "object" || address === null) throw new Error("The pages have no port");
    page = await ChromiumPage.open();
    // Of another origin than the service: every upload has its preflight.
    await page.show(`http://127.0.0.1:${address.port}/`, 100, 100);
    await page.evaluate(await bundleClient());
  });
  afterAll(async () => {
    await page.close();
    pages.close();
    await proxy.close();
  });
  beforeEach(async () => {
    documentId = (await service.api.createDocument()).id;
    proxy.faults.length = 0;
    proxy.faultOf = () => "pass";
    proxy.seen.length = 0;
  });

  async function run(code: string): Promise<unknown> {
    const picture = await readFile(path.join(projectRoot, "test/fixtures/libjpeg-turbo-420.jpg"));
    const values = {
      SERVICE: JSON.stringify(proxy.url.href),
      ID: JSON.stringify(documentId),
      PICTURE: `Uint8Array.from(atob("${picture.toString("base64")}"), (char) => char.charCodeAt(0))`,
    };
    const declared = Object.entries(values).map(([name, value]) => `const ${name} = ${value};`);
    return page.evaluate(`(async () => { ${declared.join("\n")} ${PREPARE} ${code} })()`);
  }

  const uploads = () => proxy.seen.filter(({ method }) => method === "PUT");

  it("tell how far they are", async () => {
    const { bytes, told } = (await run(`
      const { image } = await api.documents.uploadImage(ID, photo, { onProgress });
      return { bytes: image.bytes, told };
    `)) as { bytes: number; told: number[] };
    expect(bytes).toBe(5 * 1024 * 1024);
    expect(told).toEqual(told.toSorted((a, b) => a - b));
    expect(told[0]).toBeGreaterThan(0);
    expect(told.at(-1)).toBe(1);
  });

  it("are sent again, as late as the service asks for", async () => {
    const faults = [{ status: 503, headers: { "retry-after": "1", ...cors } }, "lose the answer" as const];
    proxy.faultOf = ({ method }) => (method === "PUT" && faults.shift()) || "pass";
    const begin = performance.now();
    const version = await run(`return (await api.documents.uploadImage(ID, photo, { onProgress })).version`);
    expect(version).toBe(2);
    expect(uploads()).toHaveLength(3);
    expect(performance.now() - begin).toBeGreaterThan(990);
    expect(new Set(uploads().map(({ headers }) => headers["idempotency-key"])).size).toBe(1);
  });

  it("tell what they are refused for", async () => {
    const refused = await run(`
      return api.documents.uploadImage(ID, new Blob(["no picture"]), { onProgress }).catch((error) => ({
        code: error.code, status: error.status, isError: error instanceof client.AcetateError,
      }));
    `);
    expect(refused).toEqual({ code: "unsupported_media_type", status: 415, isError: true });
  });

  it("can be cancelled", async () => {
    proxy.faultOf = ({ method }) => (method === "PUT" ? "say nothing" : "pass");
    const cancelled = run(`
      const { signal } = (window.abort = new AbortController());
      return api.documents.uploadImage(ID, photo, { onProgress, signal }).catch((error) => error.code);
    `);
    await waitFor("the upload", () => uploads()[0]);
    await page.evaluate("(window.abort.abort(), true)");
    expect(await cancelled).toBe("cancelled");
    expect(uploads()).toHaveLength(1);
    const tooLate = await run(`
      const signal = AbortSignal.abort();
      return api.documents.uploadImage(ID, photo, { onProgress, signal }).catch((error) => error.code);
    `);
    expect(tooLate).toBe("cancelled");
    expect(uploads()).toHaveLength(1);
  });
});

const cors = { "access-control-allow-origin": "*", "access-control-expose-headers": "Retry-After" };

/** The library as a global variable, `client`. */
async function bundleClient(): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [path.join(projectRoot, "src/client/index.ts")],
    bundle: true,
    format: "iife",
    globalName: "client",
    platform: "browser",
    target: "es2022",
    write: false,
  });
  return `${outputFiles[0]?.text ?? ""}; true`;
}
