import path from "node:path";
import { build, type BuildOptions, type Plugin } from "esbuild";

/** The worker that draws the marks. It is a file of its own, whose name the annotator is told (`STAGE_WORKER`). */
export const WORKER = "src/annotator/stage/raster/worker.ts";

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

/** What esbuild must know of the annotator's sources, for the page and for the package. */
export const annotatorOptions = {
  jsx: "automatic",
  jsxImportSource: "preact",
  loader: { ".svg": "text" },
  plugins: [stylesAsText],
} as const satisfies BuildOptions;
