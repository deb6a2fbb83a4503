import { existsSync } from "node:fs";
import path from "node:path";
import { projectRoot } from "../project.ts";

/** The modules of the package `acetate`, by name: `acetate/client` and so on. Each has its sources in a folder. */
const sources = {
  client: "src/client/index.ts",
  yjs: "src/client/yjs/index.ts",
  react: "src/client/react/index.ts",
  annotorious: "src/client/annotorious/index.ts",
  annotator: "src/annotator/index.ts",
};

export type EntryPoint = keyof typeof sources;

/** The entry points that there are, with their files. */
export function listEntryPoints(): Map<EntryPoint, string> {
  const names = Object.keys(sources) as EntryPoint[];
  const files = names.map((name) => [name, path.join(projectRoot, sources[name])] as const);
  return new Map(files.filter(([, file]) => existsSync(file)));
}

/** Packages that an application brings itself, if it uses the module that needs them. */
export const peers = {
  "@annotorious/annotorious": "^3.8.0",
  react: "^18.2.0 || ^19.0.0",
  "y-protocols": "^1.0.6",
  yjs: "^13.6.0",
};
