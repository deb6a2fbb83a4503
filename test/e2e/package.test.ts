import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { build as bundle } from "esbuild";
import { convertV4MiniflareOptions, Miniflare } from "miniflare";
import { build } from "vite";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { listEntryPoints, peers } from "../../tools/pack/entry-points.ts";
import { packClient } from "../../tools/pack/pack-client.ts";
import { projectRoot } from "../../tools/project.ts";
import { makeStateFolder, Service } from "./support/service.ts";

const run = promisify(execFile);

/** What an application does with the library, with types. */
const APP = `
import { AcetateError, type Annotation, connect, createClient, MemoryStore, type Room } from "acetate/client";

const room: Room = connect("https://acetate.example", "4a3c1f9e-6f0b-4d55-9d52-0f3b6f0c9a11", {
  token: async () => "a token",
  name: "Ann",
  store: new MemoryStore(),
});
room.annotations.subscribe((list) => {
  for (const annotation of list) if (annotation.type === "box") annotation.geometry.width.toFixed();
});
const { id, saved } = room.annotations.create({
  type: "box",
  geometry: { x: 1, y: 2, width: 3, height: 4 },
  style: { stroke: "#00c853" },
});
await saved;
room.annotations.update(id, (annotation: Annotation) => ({ text: annotation.text + "!" }));
room.on("refused", ({ opId, error }) => {
  if (error instanceof AcetateError && error.code === "stale_version") room.dismiss(opId);
});
room.on("message", (message) => {
  if (message.type === "state_page" && message.part === "snapshot") message.chunkB64.length.toFixed();
});
const api = createClient({ url: "https://acetate.example" });
for await (const { title } of api.documents.listAll()) title.trim();
const file: Blob = await room.export({ format: "png" }, { onProgress: (part) => part.toFixed() });
export const size: number = file.size;

// @ts-expect-error A box has no radius.
room.annotations.create({ type: "box", geometry: { rx: 1 } });
// @ts-expect-error There is no such format.
await room.export({ format: "bmp" });
// @ts-expect-error \`any\` would be taken as a number.
export const wrong: number = room.annotations.value[0];
`;

/** Creates an annotation, waits until it is saved, and reads it over REST. */
const SCRIPT = `
import { connect, createClient } from "acetate/client";
async function annotate(url) {
  const api = createClient({ url });
  const { id: documentId } = await api.documents.create({ title: "From the package" });
  const room = connect(url, documentId, { name: "Ann" });
  const { id, saved } = room.annotations.create({ type: "point", geometry: { x: 10, y: 20 }, text: "Here" });
  await saved;
  const { text } = await api.annotations.get(id, { document_id: documentId });
  const shown = [text, room.unsaved.value, room.status.value.state].join(" ");
  room.close();
  return shown;
}
`;

describe("the package", () => {
  let folder = "";
  let project = "";
  let archive = "";

  beforeAll(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), "acetate-package-"));
    archive = await packClient(folder);
    project = path.join(folder, "project");
    await mkdir(project);
    await writeFile(path.join(project, "package.json"), '{"name":"project","private":true,"type":"module"}');
    await run("npm", ["install", "--offline", "--no-audit", "--no-fund", archive], { cwd: project });
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it("is the only thing that an install brings", async () => {
    const installed = await readdir(path.join(project, "node_modules"));
    expect(installed.filter((name) => !name.startsWith("."))).toEqual(["acetate"]);
  });

  it("is the same each time it is made", async () => {
    const again = await packClient(path.join(folder, "again"));
    expect(await readFile(again)).toEqual(await readFile(archive));
  });

  it.each(["bundler", "node16", "nodenext"])("has types that need nothing else (%s)", async (resolution) => {
    expect(await compile(project, APP, resolution)).toBe("");
  });

  describe("with a service", () => {
    let state: Awaited<ReturnType<typeof makeStateFolder>>;
    let service: Service;
    beforeAll(async () => {
      state = await makeStateFolder();
      service = await Service.start({ databaseUrl: state.url, args: ["--state", state.path] });
    });
    afterAll(async () => {
      await service.stop();
      await state.remove();
    });

    it("runs under Node", async () => {
      await writeFile(
        path.join(project, "script.js"),
        `${SCRIPT}\nconsole.log(await annotate(process.argv[2]));`,
      );
      const { stdout } = await run(process.execPath, ["script.js", service.url.href], { cwd: project });
      expect(stdout).toBe("Here 0 live\n");
    });

    it("runs in a Worker", async () => {
      const worker = `${SCRIPT}\nexport default { fetch: async ({ url }) =>
        new Response(await annotate(new URL(url).searchParams.get("service"))) };`;
      await writeFile(path.join(project, "worker.js"), worker);
      const { outputFiles } = await bundle({
        entryPoints: [path.join(project, "worker.js")],
        bundle: true,
        format: "esm",
        write: false,
      });
      const miniflare = new Miniflare(
        convertV4MiniflareOptions({
          modules: true,
          script: outputFiles[0]?.text ?? "",
          compatibilityDate: "2026-11-02",
        }),
      );
      try {
        const address = `http://worker/?service=${encodeURIComponent(service.url.href)}`;
        const answer = await miniflare.dispatchFetch(address);
        expect(await answer.text()).toBe("Here 0 live");
      } finally {
        await miniflare.dispose();
      }
    });
  });

  it("goes into a Vite build, and only what is used of it", async () => {
    const code = await buildPage(
      'import { AcetateError } from "acetate/client"; throw new AcetateError("x");',
    );
    expect(code).toHaveLength(1);
    expect(code[0]).toContain("AcetateError");
    expect(code[0]).not.toContain("WebSocket");
  });

  it("goes into a Vite build with what sends requests apart, to be loaded on demand", async () => {
    const code = await buildPage('import { connect } from "acetate/client"; window.connect = connect;');
    expect(code.map((file) => file.includes("WebSocket")).toSorted()).toEqual([false, true]);
    for (const file of code) expect(file.includes("Idempotency-Key")).toBe(!file.includes("WebSocket"));
  });

  /** The scripts that a page comes to with Vite. */
  async function buildPage(main: string): Promise<string[]> {
    const page = '<!doctype html><script type="module" src="/main.js"></script>';
    await writeFile(path.join(project, "index.html"), page);
    await writeFile(path.join(project, "main.js"), main);
    await build({ root: project, logLevel: "error", configFile: false });
    const assets = path.join(project, "dist", "assets");
    return Promise.all((await readdir(assets)).map((file) => readFile(path.join(assets, file), "utf8")));
  }

  describe("with its peers", () => {
    beforeAll(async () => {
      for (const name of [...Object.keys(peers), "@types/react"]) {
        const link = path.join(project, "node_modules", name);
        await mkdir(path.dirname(link), { recursive: true });
        await symlink(path.join(projectRoot, "node_modules", name), link);
      }
    });

    it.each(["bundler", "nodenext"])("has types in every module (%s)", async (resolution) => {
      // Annotorious is for bundlers: its types import files without their extension.
      const names = [...listEntryPoints().keys()].filter(
        (name) => resolution === "bundler" || name !== "annotorious",
      );
      const imports = names.map((name) => `import * as ${name} from "acetate/${name}";`);
      const uses = names.map((name) => `export type Of_${name} = keyof typeof ${name};`);
      const said = await compile(project, [...imports, ...uses].join("\n"), resolution);
      // The types of Annotorious itself need Svelte's, which it doesn't bring.
      const isOurs = (line: string) => line !== "" && !line.includes("node_modules/@annotorious/");
      expect(said.split("\n").filter(isOurs)).toEqual([]);
    });

    it("shares one core between its modules", async () => {
      const names = [...listEntryPoints().keys()];
      const sizes = await Promise.all(
        names.map((name) => readFile(path.join(project, "node_modules/acetate", `${name}.js`), "utf8")),
      );
      // Each class of the core is in one file.
      expect(sizes.filter((code) => code.includes("class DocumentRoom")).length).toBeLessThanOrEqual(1);
    });
  });
});

/** What the compiler says of a file of the project, where the types of packages are checked as well. */
async function compile(project: string, code: string, resolution: string): Promise<string> {
  const compilerOptions = {
    strict: true,
    exactOptionalPropertyTypes: true,
    noUncheckedIndexedAccess: true,
    skipLibCheck: false,
    module: resolution === "bundler" ? "esnext" : resolution,
    moduleResolution: resolution,
    target: "es2022",
    lib: ["es2022", "dom", "dom.iterable", "dom.asynciterable"],
    types: [],
    noEmit: true,
  };
  await writeFile(path.join(project, "app.ts"), code);
  await writeFile(
    path.join(project, "tsconfig.json"),
    JSON.stringify({ compilerOptions, files: ["app.ts"] }),
  );
  const tsc = path.join(projectRoot, "node_modules/typescript/bin/tsc");
  return run(process.execPath, [tsc, "-p", project]).then(
    () => "",
    ({ stdout = "", message }: { stdout?: string; message: string }) => stdout || message,
  );
}
