import { readFile } from "node:fs/promises";
import path from "node:path";
import { fontFiles } from "../src/text/fonts.ts";
import { compilePixelCodec } from "./compile-pixel-codec.ts";
import { compileWebp } from "./compile-webp.ts";
import { makeEmojiFiles } from "./emoji-assets.ts";
import { buildPage } from "./page.ts";
import { writeWasmModules } from "./wasm-modules.ts";
import { writeIfChanged } from "./write-if-changed.ts";

/** Everything Swagger UI needs, so that `/docs` loads nothing from another host. */
const swaggerFiles = ["swagger-ui-bundle.js", "swagger-ui.css"];

/**
 * Fills `public/` of the project at `root`: the page under `page/`, and from installed packages Swagger UI under
 * `swagger-ui/`, fonts under `fonts/`, emoji under `emoji/`; and `generated/` with WebAssembly, of packages and compiled from C. Writes only what differs, and each file whole:
 * several processes may do this at once, and a running `wrangler dev` watches the folder.
 *
 * The font packages take 334 MB of `node_modules`, of which 14 MB are read: they have up to nine weights, each in two
 * compressions. No package on the registry has one weight of these subsets. The variable fonts (`@fontsource-variable`)
 * are a fourteenth of the size, but their outlines overlap where those of the static fonts are merged, so pictures and
 * SVG files would change.
 */
export async function prepareAssets(root: string): Promise<void> {
  await compilePixelCodec(root);
  await compileWebp(root);
  await writeWasmModules(root);
  await buildPage(root);
  const modules = path.join(root, "node_modules");
  const target = (name: string): string => path.join(root, "public", name);
  const files = [
    ...swaggerFiles.map((name) => ({ from: `swagger-ui-dist/${name}`, to: `swagger-ui/${name}` })),
    ...fontFiles.map(({ file, name }) => ({ from: file, to: `fonts/${name}` })),
  ];
  await Promise.all(
    files.map(async ({ from, to }) => writeIfChanged(await readFile(path.join(modules, from)), target(to))),
  );
  const emoji = await makeEmojiFiles(modules);
  await Promise.all(
    Array.from(emoji, ([name, text]) => writeIfChanged(Buffer.from(text), target(`emoji/${name}`))),
  );
}
