import { mkdir } from "node:fs/promises";
import path from "node:path";
import { read } from "./read.js";
import { PLUGIN_NAME as STATE_FOLDER, stateFolder } from "./state-folder.js";

/**
 * A Miniflare plugin: binds a folder of this machine to the Worker as a Fetcher, by workerd's own `disk` service.
 * `PUT http://disk/<name>` writes a file, whole or not at all, `GET` reads it. A binding names it so:
 *
 *     [[unsafe.bindings]]
 *     name = "EXPORTS_DIR"
 *     type = "plain_text"     # what a deployed Worker gets: an empty string
 *     text = ""
 *     [unsafe.bindings.dev]
 *     plugin = { package = "acetate-exports-mirror", name = "exports-mirror" }
 *     options = { directory = "exports" }   # relative to wrangler.toml
 *
 * Plain JavaScript: whoever runs `wrangler dev` loads it, also on a Node that does not read TypeScript yet.
 *
 * @typedef {import("miniflare").ParsedWorkerOptions} WorkerOptions
 */

const PLUGIN_NAME = "exports-mirror";

/**
 * What wrangler hands on of a binding like the one above.
 *
 * @typedef {{ dev: { plugin: { name: string }, options: { directory: string } } }} MirrorBinding
 */

/**
 * @param {unknown} binding
 * @returns {binding is MirrorBinding}
 */
function isMirror(binding) {
  const dev = read(binding, "dev");
  if (read(read(dev, "plugin"), "name") !== PLUGIN_NAME) return false;
  const directory = read(read(dev, "options"), "directory");
  if (typeof directory === "string" && directory !== "") return true;
  throw new Error(`wrangler.toml: a binding to ${PLUGIN_NAME} needs dev.options.directory, a folder`);
}

/**
 * The bindings of a Worker that this plugin serves: name → absolute folder.
 *
 * @param {WorkerOptions} options
 * @returns {[name: string, folder: string][]}
 */
function readFolders(options) {
  /** @type {[string, unknown][]} */
  const bindings = Object.entries(options.config.env ?? {});
  return bindings.flatMap(([name, binding]) =>
    isMirror(binding) ? [[name, path.resolve(options.dev.rootPath, binding.dev.options.directory)]] : [],
  );
}

/** @param {string} folder */
function serviceName(folder) {
  return `${PLUGIN_NAME}:${folder}`;
}

/** @type {Record<string, import("miniflare").Plugin>} */
export const plugins = {
  [STATE_FOLDER]: stateFolder,
  [PLUGIN_NAME]: {
    getBindings(options) {
      return readFolders(options).map(([name, folder]) => ({ name, service: { name: serviceName(folder) } }));
    },
    getNodeBindings() {
      return {};
    },
    async getServices({ options }) {
      const folders = readFolders(options).map(([, folder]) => folder);
      await Promise.all(folders.map((folder) => mkdir(folder, { recursive: true })));
      return folders.map((folder) => ({
        name: serviceName(folder),
        disk: { path: folder, writable: true },
      }));
    },
  },
};
