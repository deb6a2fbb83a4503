import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readdir, rm } from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";
import { convertV4MiniflareOptions, Log, LogLevel, Miniflare, MiniflareCoreError } from "miniflare";
import { unstable_getMiniflareWorkerOptions, unstable_readConfig } from "wrangler";
import { offlineEnvironment, UsageError, wranglerProgram } from "./project.ts";
import { readProjectConfig } from "./project-config.ts";

/**
 * A Worker beside ours whose socket leads straight to it. The socket of a Worker with assets leads through two of
 * Miniflare's own Workers, which look for an asset first and take half of the time of a GET. (Ours asks for its assets
 * itself.)
 */
const DOOR = "door";

export interface LocalWorkerOptions {
  /** Folder of the `wrangler.toml` to run: its bindings, its `.dev.vars`. */
  root: string;
  /** Where databases, objects and buckets are kept: laid out as `wrangler dev --persist-to` does. */
  state: string;
  host: string;
  /** 0: any free one. */
  port: number;
  /** In place of what `.dev.vars` and `wrangler.toml` say. */
  variables?: Record<string, string>;
  /** A folder that `bundleWorker` has filled. By default a bundle is made, and thrown away at once. */
  bundle?: string | undefined;
}

export interface LocalWorker {
  url: URL;
  stop(): Promise<void>;
}

/**
 * Runs a Worker in the Workers runtime, without `wrangler dev`: no proxy in front of it, nothing watched, nothing
 * reloaded. The bundle is the one that `wrangler deploy` would upload.
 */
export async function startLocalWorker(options: LocalWorkerOptions): Promise<LocalWorker> {
  const bundle = options.bundle ?? (await makeBundleFolder(options.root));
  let miniflare: Miniflare | undefined;
  try {
    if (options.bundle === undefined) await bundleWorker(options.root, bundle);
    miniflare = new Miniflare(miniflareOptions(options, bundle, await readdir(bundle)));
    await miniflare.ready;
    const url = await miniflare.unsafeGetDirectURL(DOOR);
    return { url, stop: () => miniflare?.dispose() ?? Promise.resolve() };
  } catch (error) {
    // Where the runtime never started, disposing of it fails with the same error once more.
    await miniflare?.dispose().catch(() => undefined);
    if (error instanceof MiniflareCoreError && error.code === "ERR_ADDRESS_IN_USE") {
      throw new UsageError(`${options.host}:${options.port} is in use: name another port with --port`);
    }
    throw error;
  } finally {
    // The runtime has read it.
    if (options.bundle === undefined) await rm(bundle, { recursive: true, force: true });
  }
}

/** A folder within the project for a bundle, under a name that nobody else has. */
export async function makeBundleFolder(root: string): Promise<string> {
  const parent = path.join(root, ".wrangler", "tmp");
  await mkdir(parent, { recursive: true });
  return mkdtemp(path.join(parent, "serve-"));
}

/** Fills a folder with the Worker as `wrangler deploy` would upload it. */
export async function bundleWorker(root: string, folder: string): Promise<void> {
  await promisify(execFile)(
    process.execPath,
    ["--no-warnings", wranglerProgram, "deploy", "--dry-run", "--outdir", folder],
    { cwd: root, env: { ...process.env, ...offlineEnvironment } },
  );
}

function miniflareOptions(
  { root, state, host, port, variables }: LocalWorkerOptions,
  bundle: string,
  files: string[],
) {
  // Its rules are for finding modules; these are found.
  const { modulesRules: _, ...worker } = unstable_getMiniflareWorkerOptions(
    // Its one warning is about the exports mirror, and is for `wrangler dev` to show.
    // oxlint-disable-next-line typescript/no-unsafe-argument -- wrangler does not publish all that its type is made of
    unstable_readConfig({ config: path.join(root, "wrangler.toml") }, { hideWarnings: true }),
  ).workerOptions;
  const { name } = readProjectConfig(root);
  return convertV4MiniflareOptions({
    cf: false,
    log: new Log(LogLevel.WARN),
    resourcePersistencePath: path.join(state, "v3"),
    workers: [
      {
        ...worker,
        bindings: Object.assign({}, worker.bindings, variables),
        // Part of where an object's storage lies.
        name,
        modulesRoot: bundle,
        modules: [
          // The first one is the Worker.
          { type: "ESModule", path: path.join(bundle, "index.js") },
          ...files
            .filter((file) => file.endsWith(".wasm"))
            .map((file) => ({ type: "CompiledWasm" as const, path: path.join(bundle, file) })),
        ],
      },
      {
        name: DOOR,
        modules: true,
        script: "export default {};",
        unsafeDirectSockets: [{ host, port, serviceName: name }],
      },
    ],
  });
}
