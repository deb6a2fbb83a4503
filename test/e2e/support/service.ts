import { spawn, type ChildProcess } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { projectRoot } from "../../../tools/project.ts";
import { findSharedBundle } from "../../../tools/shared-bundle.ts";
import { isRunning, killAll, listDescendants } from "./processes.ts";
import { waitFor } from "./wait-for.ts";

/** The ways people start the service. Each is told a port of its own with its own option. */
const commands = {
  start: ["npm", "start", "--", "--port", "0"],
  serve: ["npm", "run", "serve", "--", "--port", "0"],
  "wrangler dev": ["npx", "wrangler", "dev", "--port", "0"],
} as const;
export type Command = keyof typeof commands;

export interface StartOptions {
  /**
   * By default what `npm run serve` runs, with the bundle that the whole test run shares: a start then takes half of
   * the time. A test of a command, or of how the Worker is bundled, names one.
   */
  command?: Command;
  databaseUrl: string;
  /** More arguments for the command. */
  args?: string[];
  /** Variables that a `.dev.vars` would hold. */
  env?: Record<string, string>;
}

const START_ATTEMPTS = 3;

/** A service that runs as a person would run it, in processes of its own. */
export class Service {
  readonly url: URL;
  readonly #child: ChildProcess;
  readonly #readOutput: () => string;

  private constructor(url: URL, child: ChildProcess, readOutput: () => string) {
    this.url = url;
    this.#child = child;
    this.#readOutput = readOutput;
  }

  /**
   * Starts it. wrangler looks for free ports and takes them a moment later: where another service was faster, it is
   * started again.
   */
  static async start(options: StartOptions): Promise<Service> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await Service.#startOnce(options);
      } catch (error) {
        if (attempt === START_ATTEMPTS || !String(error).includes("Address already in use")) throw error;
      }
    }
  }

  static async #startOnce({ command, databaseUrl, args = [], env = {} }: StartOptions): Promise<Service> {
    const [program, ...fixed] = command === undefined ? await serveSharedBundle() : commands[command];
    const child = spawn(program, [...fixed, ...args], {
      cwd: projectRoot,
      env: { ...process.env, DATABASE_URL: databaseUrl, ...env },
      stdio: ["ignore", "pipe", "pipe"],
      // A group of its own, as a terminal gives to what is typed there.
      detached: true,
    });
    let output = "";
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding("utf8").on("data", (text: string) => (output += text));
    }
    const address = await waitFor("the service to start", () => {
      if (child.exitCode !== null)
        throw new Error(`exit ${child.exitCode} of ${command ?? "serve"}:\n${output}`);
      return /(?:service {2}|Ready on )(http:\/\/\S+)/.exec(output)?.[1];
    }).catch((error: unknown) => {
      killAll([...listDescendants(child.pid ?? 0), child.pid ?? 0]);
      throw error;
    });
    return new Service(new URL(address), child, () => output);
  }

  get output(): string {
    return this.#readOutput();
  }

  /** Every process of it, its own first. */
  listProcesses(): [number, ...number[]] {
    const { pid } = this.#child;
    if (pid === undefined) throw new Error("the service did not start");
    return [pid, ...listDescendants(pid)];
  }

  /** Asks its first process to end, as a service manager would; resolves once all of them are gone. */
  async stop(): Promise<void> {
    const processes = this.listProcesses();
    this.#child.kill("SIGTERM");
    await untilGone(processes);
  }

  /** Ctrl-C: the terminal tells every process of the group. */
  async interrupt(): Promise<void> {
    const [first, ...others] = this.listProcesses();
    process.kill(-first, "SIGINT");
    await untilGone([first, ...others]);
  }

  /** Ends every process of it in the same moment. */
  async crash(): Promise<void> {
    const processes = this.listProcesses();
    killAll(processes);
    await untilGone(processes);
  }
}

async function serveSharedBundle(): Promise<[string, ...string[]]> {
  return [process.execPath, "tools/serve.ts", "--port", "0", "--bundle", await findSharedBundle()];
}

/** A folder for state that is gone with the test. */
export async function makeStateFolder(): Promise<{ path: string; url: string; remove: () => Promise<void> }> {
  const folder = await mkdtemp(path.join(os.tmpdir(), "acetate-e2e-"));
  return {
    path: folder,
    url: `sqlite://${folder}`,
    remove: () => rm(folder, { recursive: true, force: true, maxRetries: 5 }),
  };
}

async function untilGone(processes: number[]): Promise<void> {
  await waitFor("every process to end", () => (processes.some(isRunning) ? undefined : true));
}
