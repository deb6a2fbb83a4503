import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import path from "node:path";
import { build } from "esbuild";
import { projectRoot } from "../../tools/project.ts";
import { ChromiumPage } from "./chromium.ts";

const types: Record<string, string> = { ".html": "text/html", ".js": "text/javascript", ".css": "text/css" };

/** An example as a bundler makes it, in a window. */
export class ExamplePage {
  readonly page: ChromiumPage;
  readonly #stop: () => void;

  private constructor(page: ChromiumPage, stop: () => void) {
    this.page = page;
    this.#stop = stop;
  }

  /** @param entry the script, as in `examples/react-annotator/annotator.tsx` */
  static async open(entry: string, query: Record<string, string>): Promise<ExamplePage> {
    const folder = path.join(projectRoot, path.dirname(entry));
    const { outputFiles } = await build({
      absWorkingDir: projectRoot,
      entryPoints: [entry],
      bundle: true,
      format: "esm",
      jsx: "automatic",
      outdir: folder,
      write: false,
    });
    const files = new Map(outputFiles.map((file) => [`/${path.basename(file.path)}`, file.text]));
    files.set("/", await readFile(path.join(folder, "index.html"), "utf8"));
    const server = createServer((request, response) => {
      const { pathname } = new URL(request.url ?? "/", "http://localhost");
      const type = types[path.extname(pathname)] ?? "text/html";
      response.writeHead(files.has(pathname) ? 200 : 404, { "content-type": type }).end(files.get(pathname));
    }).listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = server.address() as AddressInfo;
    const page = await ChromiumPage.open();
    await page.show(`http://127.0.0.1:${port}/?${new URLSearchParams(query)}`, 1_000, 800);
    return new ExamplePage(page, () => server.close());
  }

  async close(): Promise<void> {
    await this.page.close();
    this.#stop();
  }
}
