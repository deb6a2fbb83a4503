import { spawn } from "node:child_process";
import { parseArgs } from "node:util";
import { connect } from "node:net";
import { constants } from "node:os";
import { checkVariables, parseVariables } from "./check-variables.ts";
import { compilePixelCodec } from "./compile-pixel-codec.ts";
import { compileWebp } from "./compile-webp.ts";
import { exitWithError, offlineEnvironment, projectRoot, UsageError, wranglerProgram } from "./project.ts";
import { endWithNpm, onStopSignal, signalGroup } from "./signals.ts";
import { checkState, describeService, openStateFolder, type StateFolder } from "./state-folder.ts";

/**
 * `npm start`: sets up what is missing and runs `wrangler dev`, on http://localhost:8787 unless an argument says
 * otherwise. Every argument goes on to `wrangler dev`; DATABASE_URL says where the state is kept.
 */

const DEFAULT_PORT = "8787";
/**
 * wrangler lists its bindings twice, and warns that the exports mirror is bound as "unsafe", though no other kind of
 * binding reaches a local plugin. `WRANGLER_LOG=info npm start` shows all of it, and each request.
 */
const quietEnvironment = { WRANGLER_LOG: "error" };
/** After this long wrangler is not going to stop by itself. */
const STOP_MS = 8_000;

try {
  endWithNpm();
  await runWranglerDev(openStateFolder(process.env["DATABASE_URL"]), process.argv.slice(2));
} catch (error) {
  exitWithError(error);
}

async function runWranglerDev(state: StateFolder, extra: string[]): Promise<void> {
  if (extra.some((argument) => /^--persist-to(=|$)/.test(argument))) {
    throw new UsageError(
      "Say where the state is kept with DATABASE_URL=sqlite://<folder>, not with --persist-to",
    );
  }
  const { port, variables } = readArguments(extra);
  checkVariables(projectRoot, variables);
  await checkPort(Number(port ?? DEFAULT_PORT));
  // wrangler keeps the folder later on; here a refusal is not among its own messages.
  await checkState(state);
  // The [build] command does this too, but at this log level wrangler shows neither its progress nor its errors.
  await compilePixelCodec(projectRoot);
  await compileWebp(projectRoot);
  const args = ["dev", "--persist-to", state.path, "--show-interactive-dev-session=false"];
  if (port === undefined) args.push("--port", DEFAULT_PORT);

  const child = spawn(process.execPath, ["--no-warnings", wranglerProgram, ...args, ...extra], {
    cwd: projectRoot,
    // The [build] command applies the migrations there.
    env: {
      ...quietEnvironment,
      ...process.env,
      ...offlineEnvironment,
      DATABASE_URL: `sqlite://${state.path}`,
    },
    // A group of its own: one signal reaches the runtime and the bundler too. So Ctrl-C reaches only us.
    detached: true,
    stdio: ["ignore", "inherit", "inherit", "ipc"],
  });
  child.on("message", (message) => {
    const url = readReadyUrl(message);
    if (url !== undefined) console.log(describeService(url, state));
  });

  let stopping = false;
  onStopSignal(() => {
    if (stopping) return;
    stopping = true;
    child.kill("SIGTERM");
    setTimeout(() => signalGroup(child.pid, "SIGKILL"), STOP_MS).unref();
  });

  const code = await new Promise<number>((resolve, reject) => {
    child.once("error", reject);
    child.once("exit", (exitCode, signal) =>
      resolve(exitCode ?? 128 + constants.signals[signal ?? "SIGTERM"]),
    );
  });
  // Whatever outlived wrangler.
  signalGroup(child.pid, "SIGKILL");
  process.exit(stopping ? 0 : code);
}

/** What this script has to know of the arguments, which are all wrangler's. */
function readArguments(args: string[]): { port: string | undefined; variables: Record<string, string> } {
  const options = { port: { type: "string" }, var: { type: "string", multiple: true } } as const;
  const { values } = parseArgs({ args, options, strict: false, allowPositionals: true });
  return {
    port: values.port === undefined ? undefined : String(values.port),
    variables: parseVariables((values.var ?? []).map(String)),
  };
}

/**
 * Throws a `UsageError` if another service has the port. wrangler would silently take another one in place of its
 * default, and share a named one with a service that listens on another address of this machine.
 */
async function checkPort(port: number): Promise<void> {
  // 0: any free one.
  if (!(port > 0)) return;
  const answers = await Promise.all(["127.0.0.1", "::1"].map((host) => accepts(host, port)));
  if (answers.includes(true)) {
    throw new UsageError(`Port ${port} is in use: name another one with npm start -- --port <port>`);
  }
}

function accepts(host: string, port: number): Promise<boolean> {
  const socket = connect({ host, port });
  return new Promise<boolean>((resolve) => {
    socket.once("connect", () => resolve(true)).once("error", () => resolve(false));
  }).finally(() => socket.destroy());
}

/** The address in wrangler's message to its parent that it serves; undefined: another message. */
function readReadyUrl(message: unknown): string | undefined {
  if (typeof message !== "string") return undefined;
  const parsed: unknown = JSON.parse(message);
  if (typeof parsed !== "object" || parsed === null) return undefined;
  if (!("event" in parsed) || parsed.event !== "DEV_SERVER_READY") return undefined;
  if (!("ip" in parsed) || !("port" in parsed)) return undefined;
  const host = parsed.ip === "127.0.0.1" || parsed.ip === "::1" ? "localhost" : String(parsed.ip);
  return `http://${host}:${String(parsed.port)}`;
}
