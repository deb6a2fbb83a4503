import path from "node:path";
import { startLocalWorker } from "../tools/local-worker.ts";
import { onStopSignal } from "../tools/signals.ts";

/** Runs `bare-worker` just as `npm run serve` runs the service. Argument: a folder for its state. */
const [state = ".wrangler/state"] = process.argv.slice(2);
const root = path.join(import.meta.dirname, "bare-worker");
const worker = await startLocalWorker({ root, state: path.resolve(state), host: "127.0.0.1", port: 0 });
onStopSignal(() => void worker.stop().then(() => process.exit(0)));
console.log(`service ${worker.url.origin}`);
