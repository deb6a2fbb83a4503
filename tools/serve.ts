import { parseArgs } from "node:util";
import path from "node:path";
import { prepareAssets } from "./assets.ts";
import { checkVariables, parseVariables } from "./check-variables.ts";
import { startLocalWorker } from "./local-worker.ts";
import { applyMigrations } from "./migrations.ts";
import { exitWithError, projectRoot, UsageError } from "./project.ts";
import { endWithNpm, onStopSignal } from "./signals.ts";
import { describeService, holdState, openStateFolder } from "./state-folder.ts";

/**
 * `npm run serve`: the whole service on this machine, without an account and without the development proxy. For a
 * laptop, a LAN, CI: one process, one disk, no redundancy.
 */

const USAGE = `Usage: npm run serve -- [--port 8787] [--host 127.0.0.1] [--state <folder>] [--var NAME:value]
  --port   0 takes any free one
  --host   0.0.0.0 or :: also serves other machines; set AUTH_SECRET in .dev.vars then
  --var    NAME:value, a variable in place of what .dev.vars or wrangler.toml says; may be given more than once
  --state  where everything is kept; by default what DATABASE_URL says, else .wrangler/state, as npm start
  --bundle a folder that wrangler deploy --dry-run --outdir has filled; by default the Worker is bundled anew`;

try {
  endWithNpm();
  await serve(readArguments(process.argv.slice(2)));
} catch (error) {
  exitWithError(error);
}

interface Arguments {
  port: number;
  host: string;
  state: string | undefined;
  variables: Record<string, string>;
  bundle: string | undefined;
}

async function serve({ port, host, state, variables, bundle }: Arguments): Promise<void> {
  const folder =
    state === undefined
      ? openStateFolder(process.env["DATABASE_URL"])
      : { path: path.resolve(projectRoot, state), temporary: false };
  onStopSignal(() => process.exit(0));

  checkVariables(projectRoot, variables);
  await holdState(folder);
  // Whoever made a bundle has made the assets, too: wrangler's build command does.
  if (bundle === undefined) await prepareAssets(projectRoot);
  await applyMigrations(projectRoot, folder.path);
  const worker = await startLocalWorker({
    root: projectRoot,
    state: folder.path,
    host,
    port,
    variables,
    bundle,
  });
  onStopSignal(() => void worker.stop().then(() => process.exit(0)));
  console.log(describeService(worker.url.origin, folder));
}

function readArguments(args: string[]): Arguments {
  try {
    const { values } = parseArgs({
      args,
      options: {
        port: { type: "string", default: "8787" },
        host: { type: "string", default: "127.0.0.1" },
        state: { type: "string" },
        var: { type: "string", multiple: true, default: [] },
        bundle: { type: "string" },
      },
    });
    return {
      port: parsePort(values.port),
      host: values.host,
      state: values.state,
      variables: parseVariables(values.var),
      bundle: values.bundle === undefined ? undefined : path.resolve(projectRoot, values.bundle),
    };
  } catch (error) {
    throw new UsageError(`${error instanceof Error ? error.message : String(error)}\n\n${USAGE}`);
  }
}

function parsePort(text: string): number {
  const port = Number(text);
  if (!/^\d+$/.test(text) || port > 65_535) throw new Error(`--port must be 0–65535, not "${text}"`);
  return port;
}
