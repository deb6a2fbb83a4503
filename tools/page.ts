import { readFile } from "node:fs/promises";
import path from "node:path";
import { build, type Metafile, type Plugin } from "esbuild";
import { writeIfChanged } from "./write-if-changed.ts";

/** Where the page's files are, below `public/`. Their names have a hash of what is in them, so that they can be kept. */
const FOLDER = "page";

/**
 * Builds the page of the project at `root` into `public/page/`: scripts, styles, and the HTML that loads them. Old files
 * stay: a page that was opened before still loads its parts.
 */
export async function buildPage(root: string): Promise<void> {
  const { outputFiles, metafile } = await build({
    absWorkingDir: root,
    entryPoints: ["src/page/main.tsx", "src/page/page.css"],
    outdir: `public/${FOLDER}`,
    entryNames: "[name]-[hash]",
    chunkNames: "[name]-[hash]",
    assetNames: "[name]-[hash]",
    bundle: true,
    splitting: true,
    minify: true,
    format: "esm",
    target: "es2022",
    jsx: "automatic",
    jsxImportSource: "preact",
    loader: { ".svg": "text" },
    plugins: [stylesAsText],
    metafile: true,
    write: false,
  });
  await Promise.all(outputFiles.map((file) => writeIfChanged(Buffer.from(file.contents), file.path)));
  const template = await readFile(path.join(root, "src/page/index.html"), "utf8");
  const html = template
    .replace("{script}", addressOf(metafile, "src/page/main.tsx"))
    .replace("{styles}", addressOf(metafile, "src/page/page.css"));
  await writeIfChanged(Buffer.from(html), path.join(root, "public", FOLDER, "index.html"));
}

/** A script that imports a style gets its text; a style that imports another one is bundled as usual. */
const stylesAsText: Plugin = {
  name: "styles-as-text",
  setup(builder) {
    builder.onResolve({ filter: /\.css$/ }, ({ path: file, kind, resolveDir }) =>
      kind === "import-statement"
        ? { path: path.resolve(resolveDir, file), namespace: "style-text" }
        : undefined,
    );
    builder.onLoad({ filter: /.*/, namespace: "style-text" }, async ({ path: file }) => {
      const { outputFiles } = await build({
        entryPoints: [file],
        bundle: true,
        minify: true,
        write: false,
      });
      return { contents: outputFiles[0]?.text ?? "", loader: "text", watchFiles: [file] };
    });
  },
};

/** The address of the file made of an entry point. */
function addressOf(metafile: Metafile, entryPoint: string): string {
  const found = Object.entries(metafile.outputs).find(([, output]) => output.entryPoint === entryPoint);
  if (!found) throw new Error(`esbuild made no file of ${entryPoint}`);
  return found[0].replace(/^public/, "");
}
