import path from "node:path";
import { prepareAssets } from "../tools/assets.ts";
import { startLocalWorker } from "../tools/local-worker.ts";
import { applyMigrations } from "../tools/migrations.ts";
import { projectRoot } from "../tools/project.ts";
import { onStopSignal } from "../tools/signals.ts";

/**
 * Runs a Worker of these benches just as `npm run serve` runs the service. Arguments: its folder, one for its state, a
 * port.
 */
const [folder = "", state = "", port = "0"] = process.argv.slice(2);
await prepareAssets(projectRoot);
// The service's tables, for the Worker that is made of its code.
await applyMigrations(projectRoot, state);
const worker = await startLocalWorker({
  root: path.resolve(projectRoot, folder),
  state,
  host: "127.0.0.1",
  port: Number(port),
});
onStopSignal(() => void worker.stop().then(() => process.exit(0)));
