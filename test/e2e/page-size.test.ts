import { readFile, readdir } from "node:fs/promises";
import path from "node:path";
import { brotliCompressSync } from "node:zlib";
import { beforeAll, expect, it } from "vitest";
import { buildPage } from "../../tools/page.ts";
import { projectRoot } from "../../tools/project.ts";

const KB = 1000;
const folder = path.join(projectRoot, "public/page");
let files: string[] = [];

beforeAll(async () => {
  await buildPage(projectRoot);
  files = await readdir(folder);
});

/** The scripts that a browser loads for this one: its static imports, and theirs. */
async function loadedWith(...names: string[]): Promise<Set<string>> {
  const loaded = new Set(names);
  // Sets grow on the way.
  for (const name of loaded) {
    const text = await readFile(path.join(folder, name), "utf8");
    for (const [, imported] of text.matchAll(/(?:from|import)"\.\/([^"]+\.js)"/g)) {
      if (imported !== undefined) loaded.add(imported);
    }
  }
  return loaded;
}

async function measure(names: Iterable<string>): Promise<number> {
  const sizes = Array.from(
    names,
    async (name) => brotliCompressSync(await readFile(path.join(folder, name))).length,
  );
  return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
}

/** The script that the page loads first; older builds may lie beside it. */
async function findMain(): Promise<string> {
  const html = await readFile(path.join(folder, "index.html"), "utf8");
  const [, main = ""] = /src="\/page\/([^"]+)"/.exec(html) ?? [];
  return main;
}

async function findImported(from: string, name: RegExp): Promise<string> {
  const text = await readFile(path.join(folder, from), "utf8");
  const [found] = files.filter((file) => name.test(file) && text.includes(file));
  if (found === undefined) throw new Error(`${from} loads nothing like ${name.source}`);
  return found;
}

it("the list of documents loads 60 KB of scripts at most", async () => {
  const size = await measure(await loadedWith(await findMain()));
  console.log(`the list: ${size} bytes`);
  expect(size).toBeLessThanOrEqual(60 * KB);
});

it("a document loads 150 KB of scripts at most, without a text", async () => {
  const main = await findMain();
  const annotator = await findImported(main, /^annotator-/);
  const worker = await findImported(annotator, /^worker-/);
  const size = (await measure(await loadedWith(main, annotator))) + (await measure([worker]));
  console.log(`with a document: ${size} bytes`);
  expect(size).toBeLessThanOrEqual(150 * KB);
});

it("the page of a document asks for all of its scripts at once, and the list only for its own", async () => {
  const main = await findMain();
  const annotator = await findImported(main, /^annotator-/);
  const preloadsOf = async (page: string): Promise<Set<string>> => {
    const html = await readFile(path.join(folder, page), "utf8");
    return new Set(
      Array.from(html.matchAll(/rel="modulepreload" href="\/page\/([^"]+)"/g), ([, name = ""]) => name),
    );
  };
  const withMain = await loadedWith(main);
  const withDocument = await loadedWith(main, annotator);
  for (const loaded of [withMain, withDocument]) loaded.delete(main);
  expect(await preloadsOf("index.html")).toEqual(withMain);
  expect(await preloadsOf("document.html")).toEqual(withDocument);
});
