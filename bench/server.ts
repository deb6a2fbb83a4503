import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { projectRoot } from "../tools/project.ts";

export interface ServerCommand {
  /** Default: this Node. */
  command?: string;
  args: (port: number) => string[];
  env?: (port: number) => Record<string, string>;
}

/** The service alone on a loaded machine takes about ten seconds, most of them for its bundle. */
const START_MS = 60_000;
const STOP_MS = 15_000;

const running = new Set<LocalServer>();

/** A server on this machine, in a process of its own, on a free port that it keeps when it is started again. */
export class LocalServer {
  readonly url: URL;
  readonly #command: ServerCommand;
  #child: ChildProcess | null = null;

  private constructor(command: ServerCommand, port: number) {
    this.#command = command;
    this.url = new URL(`http://127.0.0.1:${port}`);
  }

  /** Starts it, and waits until it answers. */
  static async start(command: ServerCommand): Promise<LocalServer> {
    const server = new LocalServer(command, await findFreePort());
    await server.start();
    return server;
  }

  /** Of its first process: the others are its children. */
  get pid(): number {
    if (this.#child?.pid === undefined) throw new Error(`${this.url.href} does not run`);
    return this.#child.pid;
  }

  async start(): Promise<void> {
    const { command = process.execPath, args, env } = this.#command;
    const port = Number(this.url.port);
    const child = spawn(command, args(port), {
      cwd: projectRoot,
      env: { ...process.env, ...env?.(port) },
      stdio: ["ignore", "ignore", "inherit"],
    });
    this.#child = child;
    running.add(this);
    await Promise.race([
      this.#answers(),
      once(child, "exit").then(([code]) => {
        throw new Error(`${args(port).join(" ")} ended with ${String(code)}`);
      }),
    ]);
  }

  /** Asks it to end, and waits until it has. */
  async stop(): Promise<void> {
    const child = this.#child;
    this.#child = null;
    running.delete(this);
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, "exit");
    child.kill("SIGTERM");
    const timer = setTimeout(() => child.kill("SIGKILL"), STOP_MS);
    await ended;
    clearTimeout(timer);
  }

  async #answers(): Promise<void> {
    const deadline = performance.now() + START_MS;
    while (performance.now() < deadline) {
      const answer = await fetch(this.url).catch(() => undefined);
      await answer?.arrayBuffer();
      if (answer) return;
      await sleep(50);
    }
    throw new Error(`${this.#command.args(Number(this.url.port)).join(" ")} did not start in ${START_MS} ms`);
  }
}

/** Ends whatever still runs. */
export async function stopServers(): Promise<void> {
  await Promise.all([...running].map((server) => server.stop()));
}

async function findFreePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  if (address === null || typeof address === "string") throw new Error("No port was given");
  return address.port;
}

/** The service as `npm run serve` runs it, with its state in `state`. */
export function startService(state: string): Promise<LocalServer> {
  // The service is measured, not its limit: from one address, more requests come than anyone would send.
  const unlimited = ["--var", "REQUESTS_PER_SECOND:1000000"];
  const args = (port: number) => ["tools/serve.ts", "--port", String(port), "--state", state, ...unlimited];
  return LocalServer.start({ args });
}

/** A Worker of these benches, run the same way. */
export function startWorker(folder: string, state: string): Promise<LocalServer> {
  return LocalServer.start({ args: (port) => ["bench/serve-worker.ts", folder, state, String(port)] });
}
