import { readFileSync } from "node:fs";
import path from "node:path";
import { projectRoot } from "../project.ts";
import { listEntryPoints, peers } from "./entry-points.ts";

/** The package's own `package.json`: it has none of the service's dependencies, and no other. */
export function makeManifest(): object {
  const service: unknown = JSON.parse(readFileSync(path.join(projectRoot, "package.json"), "utf8"));
  if (!isVersioned(service)) throw new Error("package.json has no version");
  const modules = [...listEntryPoints()].map(([name, source]) => {
    const types = path.relative(path.join(projectRoot, "src"), source).replace(/\.tsx?$/, ".d.ts");
    return [`./${name}`, { types: `./types/${types}`, default: `./${name}.js` }];
  });
  return {
    name: "acetate",
    version: service.version,
    description:
      "The client library of Acetate: live, multi-user annotation that loses nothing, in ten lines.",
    // The project has not been given a licence yet.
    license: "UNLICENSED",
    type: "module",
    // Importing the annotator defines its element.
    sideEffects: ["./annotator.js"],
    exports: { ...Object.fromEntries(modules), "./package.json": "./package.json" },
    files: ["*.js", "*.js.map", "*.wasm", "types"],
    engines: { node: ">=22.12" },
    peerDependencies: peers,
    peerDependenciesMeta: Object.fromEntries(Object.keys(peers).map((name) => [name, { optional: true }])),
  };
}

function isVersioned(value: unknown): value is { version: string } {
  return (
    typeof value === "object" && value !== null && "version" in value && typeof value.version === "string"
  );
}
