import { mkdir } from "node:fs/promises";
import path from "node:path";
import { read } from "./read.js";
import { holdStateFolder } from "./state-lock.js";

/**
 * A Miniflare plugin: keeps the state folder for the process that runs the Worker (`state-lock.js`), and shows the Worker the files of
 * its Durable Objects. `HEAD http://disk/<object id>.sqlite` tells whether an object was ever made, without making it: locally
 * workerd makes a file for each object that is only asked. A binding names it so:
 *
 *     [[unsafe.bindings]]
 *     name = "OBJECT_FILES"
 *     type = "plain_text"     # what a deployed Worker gets: an empty string
 *     text = ""
 *     [unsafe.bindings.dev]
 *     plugin = { package = "acetate-exports-mirror", name = "state-folder" }
 *     options = { class = "DocumentRoom" }
 *
 * @typedef {import("miniflare").ParsedWorkerOptions} WorkerOptions
 */

export const PLUGIN_NAME = "state-folder";

/**
 * The bindings of a Worker that this plugin serves: name → class of the objects.
 *
 * @param {WorkerOptions} options
 * @returns {[name: string, className: string][]}
 */
function readClasses(options) {
  /** @type {[string, unknown][]} */
  const bindings = Object.entries(options.config.env ?? {});
  return bindings.flatMap(([name, binding]) => {
    const dev = read(binding, "dev");
    if (read(read(dev, "plugin"), "name") !== PLUGIN_NAME) return [];
    const className = read(read(dev, "options"), "class");
    if (typeof className === "string") return [[name, className]];
    throw new Error(`wrangler.toml: a binding to ${PLUGIN_NAME} needs dev.options.class`);
  });
}

/** @param {string} className */
function serviceName(className) {
  return `${PLUGIN_NAME}:${className}`;
}

/** @type {import("miniflare").Plugin} */
export const stateFolder = {
  getBindings(options, { resourcePersistencePath }) {
    // Nothing is kept, as in unit tests: there are no files to look at.
    if (resourcePersistencePath === undefined) return [];
    return readClasses(options).map(([name, className]) => ({
      name,
      service: { name: serviceName(className) },
    }));
  },
  getNodeBindings() {
    return {};
  },
  async getServices({ options, sharedOptions, workerNames, workerIndex }) {
    const { resourcePersistencePath } = sharedOptions;
    const classes = readClasses(options);
    if (resourcePersistencePath === undefined || classes.length === 0) return [];
    await holdStateFolder(resourcePersistencePath);
    return Promise.all(
      classes.map(async ([, className]) => {
        // Where Miniflare keeps them.
        const folder = path.join(resourcePersistencePath, "do", `${workerNames[workerIndex]}-${className}`);
        await mkdir(folder, { recursive: true });
        return { name: serviceName(className), disk: { path: folder, writable: false } };
      }),
    );
  },
};
