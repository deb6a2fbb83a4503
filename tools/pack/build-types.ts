import { execFile } from "node:child_process";
import { glob, mkdtemp, readFile, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { API } from "typescript/unstable/sync";
import { projectRoot } from "../project.ts";
import { listEntryPoints, peers } from "./entry-points.ts";
import { PlainTypes } from "./plain-types.ts";

const sourceFolder = path.join(projectRoot, "src");
const clientConfig = path.join(sourceFolder, "client/tsconfig.json");
const annotatorConfig = path.join(sourceFolder, "annotator/tsconfig.json");
const compiler = path.join(projectRoot, "node_modules/typescript/bin/tsc");

/** Where the package has the types that come from schemas. */
const SCHEMA_TYPES = "schemas.d.ts";
/** `import type { A, B as C } from "./x.ts"`. */
const STATEMENT = /^((?:import|export)\b[^;"]*?\bfrom )"([^"]+)"/gm;
/** `export type * from "./x.ts"`. */
const ALL = /^export (?:type )?\* from "(\.[^"]+)";$/gm;
/** `import("./x.ts").A`, as the compiler writes the type of what has none in the source. */
const INLINE = /\bimport\("([^"]+)"\)\.(\w+)/g;

/**
 * The declarations of the package, by their path in its folder of types. Those of `src/client` are as the compiler
 * writes them. What comes from the protocol, or from a file of the client that makes types of schemas, is in one file
 * of plain types.
 */
export async function buildTypes(): Promise<Map<string, string>> {
  const emitted = new Map([
    ...(await emitDeclarations(annotatorConfig)),
    ...(await emitDeclarations(clientConfig)),
  ]);
  const files = new Map<string, string>();
  const isFromSchemas = (source: string): boolean => {
    const text = emitted.get(declarationsOf(source)) ?? "";
    if (/ from "zod/.test(text)) return true;
    // One that pages run has its functions, and needs no schema.
    return (
      source.startsWith("protocol/") && (/ from "/.test(text) || !/^export declare function/m.test(text))
    );
  };
  const fromSchemas = new Set<string>();
  // Paths in `src`. It grows on the way.
  const sources = new Set([...listEntryPoints().values()].map((file) => path.relative(sourceFolder, file)));
  for (const source of sources) {
    const declarations = emitted.get(declarationsOf(source));
    if (declarations === undefined) throw new Error(`The compiler wrote no declarations of src/${source}`);
    const follow = (specifier: string, listNames: () => readonly string[]): string => {
      if (!specifier.startsWith(".")) return checkPackage(specifier, source);
      const target = path.join(path.dirname(source), specifier);
      if (!isFromSchemas(target)) {
        sources.add(target);
        return specifier.replace(/\.tsx?$/, ".js");
      }
      for (const name of listNames()) fromSchemas.add(name);
      return path.relative(path.dirname(source), SCHEMA_TYPES).replace(/\.d\.ts$/, ".js");
    };
    const text = declarations
      .replace(ALL, (statement: string, specifier: string) => {
        const target = path.join(path.dirname(source), specifier);
        const names = namesOfTypes(emitted.get(declarationsOf(target)) ?? "");
        return isFromSchemas(target) ? `export type { ${names.join(", ")} } from "${specifier}";` : statement;
      })
      .replace(STATEMENT, (_, start: string, specifier: string) => {
        return `${start}"${follow(specifier, () => namesIn(start, declarations))}"`;
      })
      .replace(INLINE, (_, specifier: string, name: string) => {
        return `import("${follow(specifier, () => [name])}").${name}`;
      });
    files.set(declarationsOf(source), text);
  }
  files.set(SCHEMA_TYPES, declarePlainTypes(fromSchemas, isFromSchemas));
  return files;
}

function declarationsOf(source: string): string {
  return source.replace(/\.tsx?$/, ".d.ts");
}

function namesOfTypes(declarations: string): string[] {
  return [...declarations.matchAll(/^export (?:type|interface) (\w+)/gm)].flatMap(([, name]) => name ?? []);
}

/** The names that a statement takes from the other module. */
function namesIn(start: string, text: string): string[] {
  const namespace = /\* as (\w+)/.exec(start)?.[1];
  if (namespace !== undefined) {
    return [...text.matchAll(new RegExp(`\\b${namespace}\\.(\\w+)`, "g"))].flatMap(([, name]) => name ?? []);
  }
  const names = /\{([^}]*)\}/.exec(start)?.[1]?.split(",") ?? [];
  return names
    .map(
      (one) =>
        one
          .trim()
          .replace(/^type /, "")
          .split(" as ")[0] ?? "",
    )
    .filter((name) => name !== "");
}

function checkPackage(specifier: string, source: string): string {
  if (Object.keys(peers).some((name) => specifier === name || specifier.startsWith(`${name}/`)))
    return specifier;
  throw new Error(`The types of src/${source} need ${specifier}, which the package has not`);
}

async function emitDeclarations(config: string): Promise<Map<string, string>> {
  const folder = await mkdtemp(path.join(os.tmpdir(), "acetate-types-"));
  try {
    const options = ["--noEmit", "false", "--declaration", "--emitDeclarationOnly"];
    await promisify(execFile)(process.execPath, [
      compiler,
      "-p",
      config,
      ...options,
      "--outDir",
      folder,
      "--rootDir",
      sourceFolder,
    ]).catch(({ stdout = "", message }: { stdout?: string; message: string }) => {
      throw new Error(stdout || message);
    });
    const files = new Map<string, string>();
    for await (const file of glob("**/*.d.ts", { cwd: folder })) {
      files.set(file, await readFile(path.join(folder, file), "utf8"));
    }
    return files;
  } finally {
    await rm(folder, { recursive: true });
  }
}

function declarePlainTypes(names: Iterable<string>, isFromSchemas: (source: string) => boolean): string {
  const api = new API({ cwd: projectRoot });
  try {
    const project = api.updateSnapshot({ openProjects: [clientConfig] }).getProject(clientConfig);
    if (!project) throw new Error(`${clientConfig} is no project`);
    const sources = project.program.getSourceFileNames().filter((file) => {
      return file.startsWith(sourceFolder + path.sep) && isFromSchemas(path.relative(sourceFolder, file));
    });
    return new PlainTypes(project, sources).declare(names);
  } finally {
    api.close();
  }
}
